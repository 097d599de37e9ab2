package response

import "testing"

func TestTheNameOfAResponseIsKnownInUpperOrLowerCase(t *testing.T) {
	for word, want := range map[string]bool{
		"OK": true, "bye": true, "PREAUTH": true, "Fetch": true, "EXISTS": true, "LIST": true,
		"": false, "of": false, "Trying": false, "SELECT": false,
	} {
		if got := IsName(word); got != want {
			t.Errorf("%q: got %v, want %v", word, got, want)
		}
	}
}

func TestAConditionIsKnownInUpperOrLowerCase(t *testing.T) {
	for word, want := range map[string]Cond{"OK": OK, "no": NO, "Bad": BAD, "PREAUTH": PREAUTH, "bye": BYE, "": 0, "FETCH": 0} {
		if got := CondOf(word); got != want {
			t.Errorf("%q: got %v, want %v", word, got, want)
		}
	}
}
