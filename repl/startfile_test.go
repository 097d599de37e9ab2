package repl

import (
	"context"
	"net"
	"testing"

	"imapsh/internal/conn"
	. "imapsh/internal/testserver"
)

func TestLinesOfTheUsersFileRunFirstAndAliasesAreReplaced(t *testing.T) {
	t.Parallel()
	srv := canned(t, preauth, expect("noop"), Send("{tag} OK first\r\n"), expect("search unseen from bob"), Send("{tag} OK second\r\n"), Expect("^x1 unseen$"), Send("{tag} BAD what\r\n"))
	s := begin(t, srv, func(o *Options, sh *Shell) {
		if sh == nil {
			o.StartLines = []StartLine{{":clock off", "config.toml", 2}, {"noop", "config.toml", 3}}
			o.Aliases = map[string]string{"unseen": "search unseen"}
		}
	})
	s.sees("C: a001 noop", "S: a001 OK first")
	s.typ("Unseen from bob")
	s.sees("C: a002 search unseen from bob", "S: a002 OK second")
	s.typ("x1 unseen")
	s.sees("S: x1 BAD what")
}

func TestProfilesAreOpenedByNameIfTheirSettingsAreInForce(t *testing.T) {
	t.Parallel()
	srv, other := canned(t, preauth), canned(t, preauth)
	s := begin(t, srv, func(o *Options, sh *Shell) {
		if sh != nil {
			byName := map[string]*Canned{"mail.example.net": srv, "other.example.net": other}
			sh.set.Session.Dial = func(ctx context.Context, t conn.Target, o conn.Options) (*conn.Conn, error) {
				return dialTo(byName[t.Host], func(c net.Conn) net.Conn { return c })(ctx, t, o)
			}
			return
		}
		o.Servers = []NamedServer{
			{Name: "other", URL: "imap://other.example.net"},
			{Name: "safe", URL: "imap://other.example.net", Wants: []Wanted{{"read-only", "on"}, {"sni", "x.test"}, {"timing", "on"}}},
			{Name: "none"},
		}
	})
	s.asks("a001 mail.example.net> ")
	s.typ(":open o other")
	s.sees("S[o]: * PREAUTH")
	s.typ(":o noop")
	s.sees("a001 OK")
	s.typ(":open p safe")
	s.sees("!! the profile safe needs settings that are not in force", "first type :read-only on and :sni x.test")
	s.tab(":open p sa")
	s.edited(1, ":open p safe |")
	s.typ(":open p none")
	s.sees("!! the profile none has no url")
	s.typ(":read-only on", ":sni x.test", ":open p safe")
	s.sees("S[p]: * PREAUTH")
}

func TestAnAliasIsListedExplainedAndCompleted(t *testing.T) {
	t.Parallel()
	s := begin(t, canned(t, preauth), func(o *Options, sh *Shell) {
		if sh == nil {
			o.Aliases = map[string]string{"unseen": "unselect", "boxes": "list"}
		}
	})
	s.asks("a001 mail.example.net> ")
	s.typ(":set")
	s.sees("-- wire ", "-- boxes is an alias of: list", "-- unseen is an alias of: unselect")
	s.typ("help unseen")
	s.sees("-- unseen is an alias of: unselect", "UNSELECT")
	s.tab("unsee")
	s.edited(1, "unseen |")
}
