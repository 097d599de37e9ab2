// Package pages holds README.md and docs/ to what imapsh does. It has only tests: they run each
// command of a page, play each of its screens at a real terminal, and compare what comes with the page;
// with -update they write it there. A page is its own script:
//
//	```sh                      commands, run by sh in an empty directory of the page's own
//	imapsh demo -e noop
//	```
//	<!-- output -->            what they write; "output 1" if the exit status is 1
//	```text
//	```
//
// In place of an output there may be a screen: the commands run at a terminal of so many columns and
// rows ("asks": without the password in the environment), and keys are typed. Later screens continue with the same terminal until the next sh block.
//
//	<!-- screen 80x40
//	select INBOX<enter> => a003       keys, and what the screen must then have
//	! imapsh -q -e 'store 1 +flagged' a command of sh, beside the terminal
//	from C: a002                      what the page shows: from this row on,
//	rows ^S:                          only rows of this kind,
//	most 20                           at most so many rows,
//	last                              or only the last one
//	-->
//
// Each command of a table "| command | what it does |" is run too, and must end with 0.
//
// "picture FILE 80x30" makes a drawing of a screen in the same way. Commands below "<!-- not run: why -->" are not run,
// and commands without imapsh only with -update.
// master.pw and cyrus.pw are the passwords of the administrators of old.example.net and new.example.net.
// Hosts of the table of servers (mail.example.net) are real servers on the loopback: what is run has
// their addresses, what is written the names. Times, dates and the like may differ without being drift.
package pages
