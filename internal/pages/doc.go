// Package pages checks that README.md and docs/ show what imapsh does. It has only tests: they run each
// command of a page, play each of its screens at a real terminal, and compare the output with the page;
// with -update they write it there. A page contains the instructions for that:
//
//	```sh                      commands, run by sh in a new directory for the page
//	imapsh demo -e noop
//	```
//	<!-- output -->            their output; "output 1" if the exit status is 1
//	```text
//	```
//
// In place of an output there may be a screen: the commands run at a terminal with this size (columns x
// rows; with "asks", the password is not in the environment), and keys are typed. Later screens continue on the
// same terminal, until the next sh block.
//
//	<!-- screen 80x40
//	select INBOX<enter> => a003       keys, and what the screen must show then
//	! imapsh -q -e 'store 1 +flagged' a command for sh, outside the terminal
//	from C: a002                      what the page shows: from this row on,
//	rows ^S:                          only rows of this kind,
//	most 20                           at most so many rows,
//	last                              or only the last one
//	-->
//
// Each command in a table "| command | what it does |" is run too, and must end with 0.
//
// "picture FILE 80x30" draws a screen in the same way. Commands below "<!-- not run: why -->" are not run, and
// commands of other programs than imapsh only with -update.
//
// The files master.pw and cyrus.pw have the passwords of the administrators of old.example.net and new.example.net.
// The hosts in the table of servers (mail.example.net) are real servers on the loopback interface: commands are run
// with their addresses, pages are written with the names. Times, dates and the like may differ.
package pages
