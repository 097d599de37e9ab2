//go:build !unix

package cli

import "testing"

func makeFIFO(t *testing.T, _ string) { t.Skip("no FIFOs") }
