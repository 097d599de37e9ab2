package repl

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"imapsh/internal/command"
	"imapsh/internal/conn"
	"imapsh/internal/response"
	"imapsh/internal/sasl"
	"imapsh/internal/session"
	"imapsh/internal/wire"
	"imapsh/tagger"
)

// sayRefused explains why a login may have been refused, beyond what the server says.
func (s *Shell) sayRefused(j *session.Job) {
	c := j.Command
	if !c.Match.Row().LogsIn || j.Cancelled() {
		return
	}
	ss := j.Session()
	v := ss.View()
	if r := sasl.LookupRefusal(c.Refusal, ss.Target.Host); r != nil {
		s.sayOf(ss, r.Means+" ("+r.Source+")")
		return
	}
	switch c.Code {
	case "LIMIT":
		s.sayOf(ss, "this does not say that the password is wrong: try again later, perhaps after other connections of this user have ended")
		return
	case "UNAVAILABLE", "INUSE":
		s.sayOf(ss, "this says nothing about the password: the server could not check it, or does not want to now")
		return
	case "PRIVACYREQUIRED", "CONTACTADMIN":
		return // the explanation of the code is enough, and no other mechanism would help
	case "EXPIRED":
		s.sayOf(ss, "the password was right once and has expired: the account needs a new one")
		return
	}
	switch way := strings.ToUpper(mechanismName(c.Match)); {
	case way == "EXTERNAL" && ss.Info().Asked != nil:
		if says := s.ofClientCertificate(ss.Info().Asked); says != "" {
			s.sayOf(ss, says)
		}
	case strings.HasSuffix(way, "-PLUS") && c.Code != "AUTHENTICATIONFAILED":
		s.sayOf(ss, "the server may not do this type of channel binding: --channel-binding has others, --tls-max 1.2 has tls-unique, "+strings.TrimSuffix(way, "-PLUS")+" has none")
	}
	if c.Code == "" && c.Cond == response.NO && !v.Has(c.Match.Row().ForbiddenBy) && takesSecret(c.Match) {
		s.sayOf(ss, "no response code says why: it can be the user name, the password or a rule of the server; its log may say more")
	}
	if user := userOfLogin(c.Match, c.User); strings.TrimSpace(user) != user {
		s.sayOf(ss, `the user name "`+safe(user)+`" begins or ends with a space`)
	}
	if from := j.SecretFrom; from != "" {
		s.sayOf(ss, "the password or token came from "+from)
	}
	disabled := c.Match.Row().ForbiddenBy
	if disabled != "" && v.Has(disabled) {
		says := "the server does not allow " + c.Match.Name + " here (" + disabled + "), whatever the password"
		if ss.Info().State == nil && v.Has("STARTTLS") {
			says += "; after starttls it may"
		}
		s.sayOf(ss, says)
	}
	if again := s.newAttempt(j); again != "" {
		s.sayOf(ss, "to try again: "+again+" (asks for the password)")
	}
	if left := untried(v, ss.Tried()); len(left) > 0 && otherWays(c, v) {
		try := ":auth MECH"
		if !s.interactive() {
			try = "--mech MECH"
		}
		s.sayOf(ss, "also offered, not tried yet: "+strings.Join(left, ", ")+" ("+try+")")
	}
}

// sayMissing says which mailbox was probably meant instead of one that the server does not have. What needs no
// mailbox to be known is shown only once.
func (s *Shell) sayMissing(j *session.Job) {
	c, ss := j.Command, j.Session()
	if c.Cond != response.NO || ss == nil {
		return
	}
	says := c.Match.Missing(c.Code, ss.View())
	if says == "" || slices.Contains(s.hinted, says) {
		return
	}
	if command.TellsNothingNew(says) {
		s.hinted = append(s.hinted, says)
	}
	s.sayOf(ss, says)
}

// aboutTheWay are the codes of a NO that do not say that the user or the password was the problem. Without a code, nothing
// says what was.
var aboutTheWay = []string{"", "ALERT", "CANNOT", "CAPABILITY"}

// otherWays reports whether logging in by another mechanism may help: not with a password that was wrong.
func otherWays(c *tagger.Command, v *command.View) bool {
	disabled := c.Match.Row().ForbiddenBy
	return c.Cond == response.BAD || slices.Contains(aboutTheWay, c.Code) || !takesSecret(c.Match) || disabled != "" && v.Has(disabled)
}

// newAttempt returns the line that asks for the password once more: whoever types it at the prompt instead sends it as a
// command. It returns "" if nobody is there to type, or the password does not come from a question.
func (s *Shell) newAttempt(j *session.Job) string {
	c := j.Command
	user := userOfLogin(c.Match, c.User)
	wrong := c.Code == "" && c.Cond == response.NO || c.Code == "AUTHENTICATIONFAILED"
	if !s.interactive() || !wrong || j.SecretFrom != "" || user == "" || strings.TrimSpace(user) != user || !takesSecret(c.Match) {
		return ""
	}
	if disabled := c.Match.Row().ForbiddenBy; disabled != "" && j.Session().View().Has(disabled) {
		return ""
	}
	if way := mechanismName(c.Match); way != "" {
		return ":auth " + safe(strings.ToUpper(way))
	}
	if strings.ContainsAny(user, " \"\\(){%*") {
		user = command.Quote(user)
	}
	return "login " + safe(user)
}

// issuersNamed limits how many issuers a note names.
const issuersNamed = 3

// ofClientCertificate returns why the server may not have accepted a client certificate; "" if nothing is known.
func (s *Shell) ofClientCertificate(asked *conn.Asked) string {
	switch {
	case s.set.Session.Conn.CertFile == "":
		return "no client certificate was sent that says who you are (--cert FILE)"
	case !asked.Client:
		return "the server asked for no client certificate, so none was sent"
	case asked.Sent == nil || asked.Sent.Leaf == nil:
		return ""
	}
	leaf := asked.Sent.Leaf
	switch by := leaf.Issuer.String(); {
	case leaf.NotAfter.Before(s.now()):
		return "the client certificate that was sent expired on " + leaf.NotAfter.UTC().Format(time.DateOnly)
	case len(asked.Issuers) > 0 && !slices.Contains(asked.Issuers, by):
		wanted := strings.Join(asked.Issuers[:min(len(asked.Issuers), issuersNamed)], " or ")
		if more := len(asked.Issuers) - issuersNamed; more > 0 {
			wanted += fmt.Sprintf(" or %d others", more)
		}
		return safe("the client certificate that was sent is by " + by + "; the server asked for one by " + wanted)
	}
	return ""
}

// takesSecret reports whether a command logs in with a password or a token.
func takesSecret(m *command.Match) bool {
	mech := sasl.Lookup(mechanismName(m))
	return mech == nil || mech.Needs != sasl.Nothing
}

// mechanismName returns the mechanism that an AUTHENTICATE names; "" for other commands.
func mechanismName(m *command.Match) string {
	if args := m.Args(); m.Row().Continues == command.SASL && len(args) > 0 {
		return args[0].Text
	}
	return ""
}

// userOfLogin returns who a command tried to log in, if that can be shown: user for a mechanism, the argument for
// LOGIN.
func userOfLogin(m *command.Match, user string) string {
	args := m.Args()
	if user != "" || m.Row().Continues == command.SASL || len(args) == 0 || m.Hides(1) || strings.HasSuffix(args[0].Text, "}") {
		return user
	}
	word := args[0].Text
	if n := len(word); n >= 2 && word[0] == '"' && word[n-1] == '"' {
		return string(wire.Unquote([]byte(word[1 : n-1])))
	}
	return word
}

// untried returns the mechanisms that the server offers, imapsh supports and nobody has tried on this connection, the
// best one first.
func untried(v *command.View, tried []string) (names []string) {
	offers := func(name string) bool {
		return v.Has("AUTH="+name) && !slices.Contains(tried, name)
	}
	for _, needs := range []sasl.Needs{sasl.Password, sasl.Token} {
		for _, m := range sasl.Best(needs, true, offers) {
			names = append(names, m.Name)
		}
	}
	return names
}
