//go:build unix

package profile

import (
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestAFIFOInPlaceOfTheProfilesIsRefusedWithoutWaiting(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "config.toml")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Skip(err)
	}
	if _, err := Read(path); err == nil || !strings.Contains(err.Error(), "it is not a file") {
		t.Errorf("got %v", err)
	}
}
