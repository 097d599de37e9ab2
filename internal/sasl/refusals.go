package sasl

import "strings"

// A Refusal is a text with which a well-known service refuses a login, and its meaning.
type Refusal struct {
	Says   string // a part of the text, in lower case
	Host   string // how the name of a server that says so must end; "" for any server
	Means  string
	Source string // a URL where the text appears or is explained
}

// refusals are the known texts, the more specific ones first.
var refusals = []Refusal{
	{Says: "application-specific password required", Means: "Google requires an app password, or a token (XOAUTH2), because 2-Step Verification is on",
		Source: "https://support.google.com/accounts/answer/185833"},
	{Says: "please log in via your web browser", Means: "Google has blocked this login: sign in with a browser first, then use an app password or a token (XOAUTH2)",
		Source: "https://support.google.com/mail/answer/78754"},
	{Says: "web login required", Means: "Google has blocked this login: sign in with a browser first, then use an app password or a token (XOAUTH2)",
		Source: "https://support.google.com/mail/answer/78754"},
	{Says: "your account is not enabled for imap use", Means: "IMAP is switched off in the settings of this Gmail account",
		Source: "https://support.google.com/mail/answer/7126229"},
	{Says: "imap access is disabled for your domain", Means: "the administrator of the domain has switched IMAP off for Gmail",
		Source: "https://support.google.com/a/answer/105694"},
	{Says: "invalid credentials (failure)", Means: "Google accepts an app password or a token (XOAUTH2), not the password of the account",
		Source: "https://support.google.com/mail/answer/7126229"},
	{Says: "too many simultaneous connections", Means: "the account has reached its limit of connections: close some; the password was not checked",
		Source: "https://support.google.com/mail/answer/7126229"},
	{Says: "basic authentication is disabled", Means: "Microsoft no longer accepts a password here, right or wrong: use a token (XOAUTH2)",
		Source: "https://learn.microsoft.com/exchange/clients-and-mobile-in-exchange-online/deprecation-of-basic-authentication-exchange-online"},
	{Says: "basicauthblocked", Means: "Microsoft no longer accepts a password here, right or wrong: use a token (XOAUTH2)",
		Source: "https://learn.microsoft.com/exchange/clients-and-mobile-in-exchange-online/deprecation-of-basic-authentication-exchange-online"},
	{Says: "login failed.", Host: ".office365.com", Means: "Microsoft no longer accepts a password here, right or wrong: use a token (XOAUTH2)",
		Source: "https://learn.microsoft.com/exchange/clients-and-mobile-in-exchange-online/deprecation-of-basic-authentication-exchange-online"},
	{Says: "authfailed:logondenied", Means: "Microsoft knows the token's user but denies access: IMAP is off for the mailbox, or the token does not have the permission (IMAP.AccessAsApp) for it",
		Source: "https://learn.microsoft.com/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth"},
	{Says: "user is authenticated but not connected", Means: "Microsoft accepted the token but cannot open a mailbox for this user: IMAP is off, or the user name is not the one of the token",
		Source: "https://learn.microsoft.com/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth"},
	{Says: "application specific password", Means: "an app password is required here, not the password of the account",
		Source: "https://help.yahoo.com/kb/SLN15241.html"},
	{Says: "app-specific password", Means: "an app-specific password is required here, not the password of the account",
		Source: "https://support.apple.com/102654"},
}

// Refusals returns the table of texts. It must not be changed.
func Refusals() []Refusal { return refusals }

// LookupRefusal returns the row for the text with which the server at host refuses a login; nil if there is none.
func LookupRefusal(text, host string) *Refusal {
	text = strings.ToLower(text)
	for i := range refusals {
		if strings.Contains(text, refusals[i].Says) && strings.HasSuffix(strings.ToLower(host), refusals[i].Host) {
			return &refusals[i]
		}
	}
	return nil
}
