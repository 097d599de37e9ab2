package sasl

import (
	"strings"
	"testing"
)

func TestTheTextsOfWellKnownServicesAreExplained(t *testing.T) {
	for text, want := range map[string]string{
		"Application-specific password required: https://support.google.com/accounts/answer/185833 (Failure)": "app password",
		"Please log in via your web browser: https://support.google.com/mail/accounts/answer/78754 (Failure)": "blocked this login",
		"Invalid credentials (Failure)":                            "not the password of the account",
		"Basic authentication is disabled.":                        "right or wrong",
		"LogonDenied-BasicAuthBlocked-":                            "right or wrong",
		"User is authenticated but not connected.":                 "cannot open a mailbox",
		`AUTHENTICATE failed. Error="AuthFailed:LogonDenied-None"`: "denies access",
		"Authentication failed.":                                   "",
		"LOGIN failed.":                                            "",
	} {
		got := LookupRefusal(text, "mail.test")
		if want == "" && got != nil || want != "" && (got == nil || !strings.Contains(got.Means, want)) {
			t.Errorf("%q: got %v, want %s", text, got, want)
		}
	}
	if got := LookupRefusal("LOGIN failed.", "outlook.office365.com"); got == nil || !strings.Contains(got.Means, "Microsoft") {
		t.Errorf("got %v", got)
	}
	for _, r := range Refusals() {
		if r.Says != strings.ToLower(r.Says) || r.Means == "" || !strings.HasPrefix(r.Source, "https://") {
			t.Errorf("%q: not in lower case, or without its meaning or source", r.Says)
		}
	}
}
