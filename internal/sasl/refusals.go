package sasl

import "strings"

// A Refusal is a wording by which a well-known service refuses a login, and what it means.
type Refusal struct {
	Says   string // a part of the text, in small letters
	Host   string // how the name of the server ends that says so; "" if nobody else does
	Means  string
	Source string // where the wording is met or explained
}

// refusals are the wordings that are known, the more exact one first.
var refusals = []Refusal{
	{Says: "application-specific password required", Means: "Google wants an app password here, not the account's own: 2-Step Verification is on; or a token (XOAUTH2)",
		Source: "https://support.google.com/accounts/answer/185833"},
	{Says: "please log in via your web browser", Means: "Google has blocked this login: look at the account in a browser, then use an app password or a token (XOAUTH2)",
		Source: "https://support.google.com/mail/answer/78754"},
	{Says: "web login required", Means: "Google has blocked this login: look at the account in a browser, then use an app password or a token (XOAUTH2)",
		Source: "https://support.google.com/mail/answer/78754"},
	{Says: "your account is not enabled for imap use", Means: "IMAP is switched off in the settings of this Gmail account",
		Source: "https://support.google.com/mail/answer/7126229"},
	{Says: "imap access is disabled for your domain", Means: "the administrator of the domain has switched IMAP off for Gmail",
		Source: "https://support.google.com/a/answer/105694"},
	{Says: "invalid credentials (failure)", Means: "Google takes an app password or a token (XOAUTH2), not the account's own password",
		Source: "https://support.google.com/mail/answer/7126229"},
	{Says: "too many simultaneous connections", Means: "the account has as many connections as it may have: close some; the password was not looked at",
		Source: "https://support.google.com/mail/answer/7126229"},
	{Says: "basic authentication is disabled", Means: "Microsoft takes no password here any longer, right or wrong: use a token (XOAUTH2)",
		Source: "https://learn.microsoft.com/exchange/clients-and-mobile-in-exchange-online/deprecation-of-basic-authentication-exchange-online"},
	{Says: "basicauthblocked", Means: "Microsoft takes no password here any longer, right or wrong: use a token (XOAUTH2)",
		Source: "https://learn.microsoft.com/exchange/clients-and-mobile-in-exchange-online/deprecation-of-basic-authentication-exchange-online"},
	{Says: "login failed.", Host: ".office365.com", Means: "Microsoft takes no password here any longer, right or wrong: use a token (XOAUTH2)",
		Source: "https://learn.microsoft.com/exchange/clients-and-mobile-in-exchange-online/deprecation-of-basic-authentication-exchange-online"},
	{Says: "authfailed:logondenied", Means: "Microsoft knows the token's user and does not let it in: IMAP is off for the mailbox, or the token's permissions (IMAP.AccessAsApp) are not for it",
		Source: "https://learn.microsoft.com/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth"},
	{Says: "user is authenticated but not connected", Means: "Microsoft has taken the token, and this user has no mailbox to open with it: IMAP is off, or the user name is another's",
		Source: "https://learn.microsoft.com/exchange/client-developer/legacy-protocols/how-to-authenticate-an-imap-pop-smtp-application-by-using-oauth"},
	{Says: "application specific password", Means: "an app password is wanted here, not the account's own",
		Source: "https://help.yahoo.com/kb/SLN15241.html"},
	{Says: "app-specific password", Means: "an app-specific password is wanted here, not the account's own",
		Source: "https://support.apple.com/102654"},
}

// Refusals returns the table of wordings. It must not be changed.
func Refusals() []Refusal { return refusals }

// LookupRefusal returns what is known of the text by which a server refuses a login; nil if that is nothing.
func LookupRefusal(text, host string) *Refusal {
	text = strings.ToLower(text)
	for i := range refusals {
		if strings.Contains(text, refusals[i].Says) && strings.HasSuffix(strings.ToLower(host), refusals[i].Host) {
			return &refusals[i]
		}
	}
	return nil
}
