package completion

import "testing"

func TestWhatAllCandidatesBeginWithGoesPastOneThatNeedsQuotes(t *testing.T) {
	for _, c := range []struct {
		name, typed string
		items       []string
		want        string
	}{
		{"one of them quoted", "se", []string{"Sent", `"Sent Items"`}, "Sent"},
		{"what they have in common needs quotes", "s", []string{`"Sent Items"`, `"Sent Items/2024"`}, `"Sent Items`},
		{"a space in common", "s", []string{`"Old mail"`, `"Old mail 2"`}, `"Old mail`},
		{"all quoted", "p", []string{`"Projekt A"`, `"Projekt B"`}, `"Projekt `},
		{"a quote typed", `"p`, []string{`"Projekt"`, `"Projekt B"`}, `"Projekt`},
		{"an escape", "a", []string{`"a\"b"`, `"a\"c"`}, `"a\"`},
		{"none quoted", `\`, []string{`\Seen`, `\Sent`}, `\Se`},
		{"nothing in common", "", []string{"INBOX", `"a b"`}, ""},
		{"another case", "arch", []string{"Archive", "archive-2"}, "Archive"},
		{"another case, and quotes", "ten", []string{"tenth-a", `"Tenth b"`}, "tenth"},
		{"half a character", "", []string{"ä", "ü"}, ""},
	} {
		r := Result{}
		for _, text := range c.items {
			r.Items = append(r.Items, Item{Text: text})
		}
		if got := r.Begin(c.typed); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}
