package render

import "imapsh/internal/command"

// codes are the sentences of the response codes that are explained below a NO, a BAD or a BYE; okCodes
// are those that are also explained below an OK, onceCodes those that are explained only once.
var codes, okCodes, onceCodes = explained()

func explained() (sentences map[string]string, inOK, once map[string]bool) {
	sentences, inOK, once = map[string]string{}, map[string]bool{}, map[string]bool{}
	for _, c := range command.Codes() {
		if c.Explained != command.Never {
			sentences[c.Name] = c.Help
		}
		if c.Explained >= command.WhereItCame {
			inOK[c.Name] = true
		}
		if c.Explained == command.Once {
			once[c.Name] = true
		}
	}
	return sentences, inOK, once
}
