package render

import (
	"bytes"

	"imapsh/internal/command"
	"imapsh/internal/response"
	"imapsh/tagger"
)

// byes explain a BYE without a response code, by words that servers use in it, in lower case.
var byes = []struct{ has, says string }{
	{"autologout", "the session was idle for too long (30 minutes are allowed, RFC 9051 §5.4)"},
	{"inactiv", "the session was idle for too long (30 minutes are allowed, RFC 9051 §5.4)"},
	{"idle", "the session was idle for too long (30 minutes are allowed, RFC 9051 §5.4)"},
	{"timeout", "the session was idle for too long (30 minutes are allowed, RFC 9051 §5.4)"},
	{"shutting down", "the server is being stopped, or restarted"},
	{"shutdown", "the server is being stopped, or restarted"},
	{"restart", "the server is being stopped, or restarted"},
	{"too many", "too many connections, errors or commands of this user or address"},
	{"maximum number", "too many connections of this user or address"},
	{"kicked", "an administrator has ended the session"},
	{"killed", "an administrator has ended the session"},
	{"bad command", "too many commands that the server does not know"},
	{"authentication", "too many failed logins, or none for too long"},
	{"log in", "too many failed logins, or none for too long"},
}

// byeUnasked is shown for any other BYE that is not the answer to a LOGOUT. The user must judge whether its text gives a reason.
const byeUnasked = "the server ends the session, though no LOGOUT was sent"

// bye explains a BYE that is not the answer to LOGOUT.
func (x *explainer) bye(b []byte, e *tagger.Event, v *response.Status, lay layout) []byte {
	if v.Code != nil && codes[string(bytes.ToUpper(v.Code.Name))] != "" || e.Command != nil && e.Command.Match.Row().After.OK == command.Logout {
		return b
	}
	said := bytes.ToLower(v.Text)
	for _, s := range byes {
		if bytes.Contains(said, []byte(s.has)) {
			return x.say(b, s.says, lay)
		}
	}
	if e.Before == nil || !e.Before.Greeted || e.Command != nil { // it may be the answer to a LOGOUT
		return b
	}
	return x.say(b, byeUnasked, lay)
}
