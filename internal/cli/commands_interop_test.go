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

// offeredByNone are the commands that no server of these tests offers.
var offeredByNone = map[string]bool{
	"UNAUTHENTICATE": true, "ESEARCH": true, "LANGUAGE": true, "COMPARATOR": true, "REPLACE": true, "UID REPLACE": true,
	"GETJMAPACCESS": true, "XAPPLEPUSHSERVICE": true,
}

func TestEachCommandHasAScriptThatRunsOnServersThatOfferIt(t *testing.T) {
	t.Parallel()
	scripts, err := txtar.ParseFile("testdata/commands.txtar")
	if err != nil {
		t.Fatal(err)
	}
	missing := map[string]bool{} // commands whose script has not passed on any server
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
		t.Errorf("%d scripts for %d commands: one does not belong to a command", len(missing), len(command.Commands()))
	}
	var mu sync.Mutex
	started := 0
	passed := regexp.MustCompile(`(?m)^pass  (\S+\.imap) `)
	t.Run("servers", func(t *testing.T) {
		for _, server := range suiteServers {
			t.Run(server.name, func(t *testing.T) {
				parallelIfFast(t, server.name)
				addr, files := server.start(t).Clear(), map[string]string{}
				offered := offeredBy(t, "imap://alice@"+addr)
				for _, f := range scripts.Files {
					if needs := required.FindSubmatch(f.Data); needs == nil || offered[string(needs[1])] {
						files[f.Name] = string(f.Data)
					}
				}
				if server.name == "courier" {
					delete(files, "starttls.imap") // it offers STARTTLS, but has no certificate here
				}
				dir := writeFiles(t, files)
				o := runIn(t, dir, "", "test", "--insecure", "--jobs", server.jobs, "--var", "host="+addr, ".", "imap://alice@"+addr).is(t, 0)
				nothingLeft(t, "imap://alice@"+addr)
				mu.Lock()
				defer mu.Unlock()
				started++
				for _, m := range passed.FindAllStringSubmatch(o.stdout, -1) {
					delete(missing, nameOfScript(m[1]))
				}
			})
		}
	})
	if started < len(suiteServers) && !t.Failed() {
		t.Skip("not all servers are here, so it is not known which commands none of them offers")
	}
	if !maps.Equal(missing, offeredByNone) {
		t.Errorf("passed on no server: %q, but offeredByNone in internal/cli/commands_interop_test.go says %q", slices.Sorted(maps.Keys(missing)), slices.Sorted(maps.Keys(offeredByNone)))
	}
}

// required matches what a script needs after the login.
var required = regexp.MustCompile(`(?m)^:require (\S+)`)

// offeredBy returns the capabilities of a server after a login.
func offeredBy(t *testing.T, url string) map[string]bool {
	t.Helper()
	offered := map[string]bool{}
	for line := range strings.Lines(runIn(t, t.TempDir(), "capability\n", "-o", "raw", url).is(t, 0).stdout) {
		if list, ok := strings.CutPrefix(line, "* CAPABILITY "); ok {
			for _, name := range strings.Fields(list) {
				offered[name] = true
			}
		}
	}
	if !offered["IMAP4rev1"] {
		t.Fatal("there is no list of capabilities")
	}
	return offered
}

// nameOfScript returns the command of a script: UID FETCH for uid-fetch.imap.
func nameOfScript(file string) string {
	return strings.ToUpper(strings.ReplaceAll(strings.TrimSuffix(file, ".imap"), "-", " "))
}
