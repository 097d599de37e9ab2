// Command gen writes docs/commands.md from the tables of package command. Its only argument is the
// name of the file.
package main

import (
	"fmt"
	"os"

	"imapsh/internal/command"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: gen FILE")
		os.Exit(2)
	}
	if err := os.WriteFile(os.Args[1], []byte(command.Document()), 0o644); err != nil {
		fmt.Fprintln(os.Stderr, "gen: "+err.Error())
		os.Exit(1)
	}
}
