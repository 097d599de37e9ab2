package command

import "strings"

// Mechanism is a SASL mechanism of AUTHENTICATE (RFC 4422).
type Mechanism struct {
	Name string
	// Reveals tells that who reads the link learns a secret that can be used again.
	Reveals bool
	// First tells that the client speaks first, so that an initial response makes sense (RFC 4959).
	First bool
	RFC   string
	Help  string
}

var mechanisms = []Mechanism{
	{"PLAIN", true, true, "RFC 4616", "user and password in clear, in base64"},
	{"LOGIN", true, false, "draft-murchison-sasl-login", "user and password in clear, asked for one by one"},
	{"XOAUTH2", true, true, "Google and Microsoft OAuth 2.0", "user and an access token"},
	{"OAUTHBEARER", true, true, "RFC 7628", "user and an access token"},
	{"CRAM-MD5", false, false, "RFC 2195", "a digest of the password and a challenge"},
	{"DIGEST-MD5", false, false, "RFC 2831", "a digest of the password and challenges (historic)"},
	{"SCRAM-SHA-1", false, true, "RFC 5802", "proves the password without sending it"},
	{"SCRAM-SHA-1-PLUS", false, true, "RFC 5802", "the same, bound to the TLS connection"},
	{"SCRAM-SHA-256", false, true, "RFC 7677", "proves the password without sending it"},
	{"SCRAM-SHA-256-PLUS", false, true, "RFC 7677", "the same, bound to the TLS connection"},
	{"SCRAM-SHA-512", false, true, "draft-melnikov-scram-sha-512", "proves the password without sending it"},
	{"SCRAM-SHA-512-PLUS", false, true, "draft-melnikov-scram-sha-512", "the same, bound to the TLS connection"},
	{"GSSAPI", false, true, "RFC 4752", "Kerberos 5"},
	{"GS2-KRB5", false, true, "RFC 5801", "Kerberos 5"},
	{"NTLM", false, true, "MS-NLMP", "Windows challenge and response"},
	{"EXTERNAL", false, true, "RFC 4422 appendix A", "who TLS or the socket says one is"},
	{"ANONYMOUS", false, true, "RFC 4505", "nobody in particular"},
}

// Mechanisms is the table of SASL mechanisms. It must not be changed.
func Mechanisms() []Mechanism { return mechanisms }

// LookupMechanism finds a mechanism in any case of letters; nil without.
func LookupMechanism(name string) *Mechanism {
	for i := range mechanisms {
		if strings.EqualFold(mechanisms[i].Name, name) {
			return &mechanisms[i]
		}
	}
	return nil
}

func mechanismTerms() []Term {
	out := make([]Term, len(mechanisms))
	for i, m := range mechanisms {
		out[i] = Term{Name: m.Name, Caps: []string{"AUTH=" + m.Name}, RFC: m.RFC, Help: m.Help}
	}
	return out
}

// Reveals tells whether sending the line gives a secret to whoever reads the
// link, and by what ("LOGIN", "AUTHENTICATE PLAIN"). A mechanism that is not in
// the table, and a near miss of LOGIN or AUTHENTICATE, are taken to reveal it.
func (m *Match) Reveals() (by string, reveals bool) {
	args := m.Args()
	switch {
	case m.Row().LogsIn && len(args) == 0:
		return "", false
	case m.Row().Continues == SASL:
		mech := LookupMechanism(unquote(args[0].Text))
		return "AUTHENTICATE " + strings.ToUpper(args[0].Text), mech == nil || mech.Reveals
	case m.Row().LogsIn:
		return m.Name, true
	case m.Command == nil && len(m.Secrets) > 0:
		return m.Name, true
	}
	return "", false
}
