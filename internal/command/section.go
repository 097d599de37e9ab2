package command

import "strings"

// sectionSpecs are the words allowed in the brackets of BODY[…] (RFC 9051 §6.4.5), with or without a part
// number and a dot before them.
var sectionSpecs = []Term{
	{Name: "HEADER", RFC: "RFC 9051 §6.4.5.1", Help: "the complete header, and the empty line after it"},
	{Name: "HEADER.FIELDS", Args: []Arg{headerList}, RFC: "RFC 9051 §6.4.5.1", Help: "only these header fields"},
	{Name: "HEADER.FIELDS.NOT", Args: []Arg{headerList}, RFC: "RFC 9051 §6.4.5.1", Help: "all header fields except these"},
	{Name: "TEXT", RFC: "RFC 9051 §6.4.5.1", Help: "the body without the header"},
	{Name: "MIME", RFC: "RFC 9051 §6.4.5.1", Help: "the MIME header of a part; only after a part number, 1.2.MIME"},
}

var headerList = Arg{Kind: List, Args: []Arg{{Kind: AString, Name: "header-field-name", Repeat: true}}}

// SectionSpecs returns the words of a section specification. They must not be changed.
func SectionSpecs() []Term { return sectionSpecs }

// suitsItem reports whether word is the data item t: its name, with the section and the partial that t may
// have.
//
//	section = "[" [section-spec] "]"            RFC 9051 §9
//	partial = "<" number64 "." nz-number64 ">"
func suitsItem(t *Term, word string) bool {
	if len(word) < len(t.Name) || !strings.EqualFold(word[:len(t.Name)], t.Name) {
		return false
	}
	rest := word[len(t.Name):]
	if t.Section == NoSection {
		return rest == ""
	}
	if rest == "" || rest[0] != '[' {
		return false
	}
	end, ok := bracketEnd(rest, 0)
	if !ok || !isSection(rest[1:end-1], t.Section) {
		return false
	}
	rest = rest[end:]
	return rest == "" || t.Partial && isPartial(rest)
}

func isPartial(s string) bool {
	if len(s) < 2 || s[0] != '<' || s[len(s)-1] != '>' {
		return false
	}
	a, b, ok := strings.Cut(s[1:len(s)-1], ".")
	return ok && isNumber(a) && isNumber(b) && strings.Trim(b, "0") != ""
}

// isSection checks section-spec = section-msgtext / (section-part ["." section-text]).
func isSection(spec string, kind SectionKind) bool {
	part := false
	for spec != "" && isDigit(spec[0]) {
		number, rest, more := strings.Cut(spec, ".")
		if !isNumber(number) || number[0] == '0' || more && rest == "" {
			return false
		}
		part, spec = true, rest
	}
	if spec == "" || kind == BinarySection {
		return spec == ""
	}
	name, fields, hasFields := strings.Cut(spec, " ")
	for i := range sectionSpecs {
		t := &sectionSpecs[i]
		if !strings.EqualFold(t.Name, name) || t.Name == "MIME" && !part {
			continue
		}
		if len(t.Args) == 0 {
			return !hasFields
		}
		return hasFields && isHeaderList(fields)
	}
	return false
}

// isHeaderList checks header-list = "(" header-fld-name *(SP header-fld-name) ")".
func isHeaderList(s string) bool {
	toks, gap := lex(s, 0, true)
	if gap >= 0 || len(toks) < 3 || toks[0].kind != openToken || toks[len(toks)-1].kind != closeToken {
		return false
	}
	for _, t := range toks[1 : len(toks)-1] {
		word := s[t.Start:t.End]
		if t.kind != wordToken || suitsString(isAtomOf(word, isAStringChar), word, false) != fits {
			return false
		}
	}
	return true
}
