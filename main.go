// Command imapsh is an interactive IMAP shell: it writes the tags, sends what is
// typed, waits for the answer, and shows the wire and what the wire means.
package main

import (
	"os"

	"imapsh/internal/cli"
)

func main() { os.Exit(cli.Run()) }
