package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

var fenced = regexp.MustCompile("(?s)```(json|sh)\n(.*?)```")

func TestTheRecipesAndExamplesOfTheJSONPageWork(t *testing.T) {
	page, err := os.ReadFile("docs/json.md")
	if err != nil {
		t.Fatal(err)
	}
	_, err = exec.LookPath("jq")
	noJQ := err != nil
	for _, block := range fenced.FindAllStringSubmatch(string(page), -1) {
		for _, line := range strings.Split(strings.TrimSpace(block[2]), "\n") {
			if block[1] == "json" {
				if !json.Valid([]byte(line)) {
					t.Errorf("no JSON: %s", line)
				}
				continue
			}
			if noJQ {
				if os.Getenv("CI") != "" {
					t.Fatal("jq is not installed, and CI leaves nothing out")
				}
				t.Skip("jq is not installed")
			}
			cmd := exec.CommandContext(t.Context(), "sh", "-c", line)
			cmd.Env = environ()
			out, err := cmd.CombinedOutput()
			if odd := strings.Contains(line, "select(.oddities)"); err != nil || len(out) == 0 && !odd || odd && len(out) > 0 {
				t.Errorf("%s\n%v: %s", line, err, out)
			}
		}
	}
}
