package cli

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"imapsh/internal/command"
)

// offeredByNone are the commands that none of the servers of these tests offers.
var offeredByNone = map[string]bool{
	"UNAUTHENTICATE": true, "ESEARCH": true, "LANGUAGE": true, "COMPARATOR": true, "REPLACE": true, "UID REPLACE": true,
	"GETJMAPACCESS": true, "XAPPLEPUSHSERVICE": true,
}

func TestEachCommandHasAScriptThatRunsWhereItIsOffered(t *testing.T) {
	t.Parallel()
	scripts, err := txtar.ParseFile("testdata/commands.txtar")
	if err != nil {
		t.Fatal(err)
	}
	missing := map[string]bool{} // scripts that have not passed anywhere, by command
	for _, f := range scripts.Files {
		missing[nameOfScript(f.Name)] = true
	}
	for i := range command.Commands() {
		name := command.Commands()[i].Name
		if !missing[name] {
			t.Errorf("internal/cli/testdata/commands.txtar has no script for %s", name)
		}
	}
	if len(missing) != len(command.Commands()) {
		t.Errorf("%d scripts for %d commands: one is of none", len(missing), len(command.Commands()))
	}
	var mu sync.Mutex
	passed := regexp.MustCompile(`(?m)^pass  (\S+\.imap) `)
	t.Run("servers", func(t *testing.T) {
		for _, server := range suiteServers {
			t.Run(server.name, func(t *testing.T) {
				t.Parallel()
				addr, files := server.start(t).Clear(), map[string]string{}
				for _, f := range scripts.Files {
					files[f.Name] = string(f.Data)
				}
				if server.name == "courier" {
					delete(files, "starttls.imap") // it offers it, and has no certificate here
				}
				dir := writeFiles(t, files)
				o := runIn(t, dir, "", "test", "--insecure", "--jobs", server.jobs, "--var", "host="+addr, ".", "imap://alice@"+addr).is(t, 0)
				nothingLeft(t, "imap://alice@"+addr)
				mu.Lock()
				defer mu.Unlock()
				for _, m := range passed.FindAllStringSubmatch(o.stdout, -1) {
					delete(missing, nameOfScript(m[1]))
				}
			})
		}
	})
	if !maps.Equal(missing, offeredByNone) {
		t.Errorf("passed nowhere: %q, and offeredByNone in internal/cli/commands_interop_test.go says %q", slices.Sorted(maps.Keys(missing)), slices.Sorted(maps.Keys(offeredByNone)))
	}
}

// nameOfScript is the command that a script is of: uid-fetch.imap is of UID FETCH.
func nameOfScript(file string) string {
	return strings.ToUpper(strings.ReplaceAll(strings.TrimSuffix(file, ".imap"), "-", " "))
}
