package render

import "imapsh/internal/command"

// codes are the sentences of the response codes that are explained below a NO, a BAD or a BYE; okCodes
// are those that are also explained below an OK.
var codes, okCodes = explained()

func explained() (sentences map[string]string, inOK map[string]bool) {
	sentences, inOK = map[string]string{}, map[string]bool{}
	for _, c := range command.Codes() {
		if c.Explained != command.Never {
			sentences[c.Name] = c.Help
		}
		if c.Explained == command.WhereItCame {
			inOK[c.Name] = true
		}
	}
	return sentences, inOK
}
