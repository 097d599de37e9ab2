//go:build linux || darwin

package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestThePagerShowsLongOutputAndTheTerminalIsRestored(t *testing.T) {
	t.Parallel()
	fake := filepath.Join(t.TempDir(), "pager")
	// It counts the messages in its input, and runs until Enter or Ctrl-C.
	script := "#!/bin/sh\ntrap 'echo interrupted; exit 130' INT\ncount=$(grep -c 'FETCH (FLAGS')\n" +
		// Ctrl-C ends what says this and then reads: a trap would miss a Ctrl-C between the two.
		"answer=$(echo \"given $count messages\" >/dev/tty; head -n 1 </dev/tty)\necho \"leaves at $answer\"\n"
	if err := os.WriteFile(fake, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	s := onScreenToItsEnd(t, 80, 24, "cd ${XDG_STATE_HOME%/*} && PAGER="+fake+" $IMAPSH demo")
	s.shows("a002")
	s.types("select inbox")
	s.shows("a002 OK")
	s.types(":pager on", "fetch 1:20 flags")
	s.shows("given 20 messages")
	s.types("the end")
	s.shows("leaves at the end", "a004")
	s.types("noop")
	s.shows("a004 OK") // short output is not paged

	s.types("help search") // longer than the screen
	s.shows("given 0 messages")
	s.types("after the help")
	s.shows("leaves at after the help")
	s.types("fetch 1:20 flags")
	s.shows("given 20 messages")
	s.press("C-c")
	s.shows("interrupted", "a006")
	s.types("noop")
	s.shows("a006 OK")
	if whole := s.whole(); strings.Contains(whole, "Ctrl-D or quit exits") || strings.Contains(whole, "!! |") {
		t.Errorf("Ctrl-C in the pager is reported:\n%s", whole)
	}
	s.leaves()
}

func TestIfThePagerIsMissingTheOutputIsShownWithANote(t *testing.T) {
	t.Parallel()
	s := onScreenToItsEnd(t, 80, 24, "cd ${XDG_STATE_HOME%/*} && PAGER=no-such-pager $IMAPSH demo")
	s.shows("a002")
	s.types("select inbox", ":pager on", "fetch 1:3 flags")
	s.shows("-- no-such-pager not found; set PAGER to another", "* 3 FETCH (FLAGS", "a003 OK", "a004")
	s.leaves()
}
