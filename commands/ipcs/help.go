package ipcs

// The texts of --help. The tools speak English in every locale, as scripts expect.

const ipcsHelp = `
Usage:
 ipcs [-q] [-m] [-s] [-c | -l | -p | -t | -u] [-b | --human]
 ipcs -q|-m|-s -i ID

Lists the System V objects of this IPC namespace, as util-linux's ipcs does.

Which objects:
 -q, --queues        message queues
 -m, --shmems        shared memory segments
 -s, --semaphores    semaphore sets
 -a, --all           all three kinds, as without any of these
 -i, --id ID         one object, in full; with exactly one of -q -m -s

Only those (ours; several must all hold):
     --mine              that you own
     --user USER         that USER owns, a name or a number
     --unattached        segments that nobody has attached
     --dead-creator      segments whose creator has ended
     --older TIME        changed last before 30m, 12h, 7d...
     --key KEY           with this key, or pattern: 0x41*
     --empty             queues without a message, sets whose values are all 0

What about them (the last one counts):
 -c, --creator       creator and owner
 -l, --limits        the limits of the namespace
 -p, --pid           processes: creator, last operation
 -t, --time          times of the last operations
 -u, --summary       how many there are and what they use

Sizes (the last one counts):
 -b, --bytes         in bytes
     --human         with a letter: 4K is 4096 bytes

Other forms (ours):
     --json              one JSON object a line; --messages and --processes add to it
     --columns COL,...   a table of these columns:
%s
     --sort COL[:desc]   in this order; with --columns or --json
     --no-headings       the table without its first line
     --svr4              the System V dialect: -q -m -s -a -A -b -c -o -p -t -T

 -h, --help          this text
 -V, --version       the version

Where util-linux 2.38 errs, ipcsh does not follow:
 an ID that does not exist ends with status 1 (theirs: 0)
 a negative ID does not exist (theirs: -i -1 shows the first object)
 qbytes in -q -i is the true one also of a queue that you may not read (theirs: 0)
Kept, since scripts read it: owners cut to ten characters, and the rows of -q -p,
which do not stand below their headings.

Older lecture notes show other output:
 they list shared memory first, then semaphores, then queues; today queues come
 first, then shared memory, then semaphores
 they have "Messages: Status" above the queues of -u; today it says "Messages Status"
 -a is "all kinds" here; on System V (Solaris, BS2000, AIX) it is "all columns",
 -b -c -o -p -t together
 "perms" is octal here and letters there (--rw-r--r--, with S and R for processes
 that wait)
`

const ipcrmHelp = `
Usage:
 ipcrm [options]
 ipcrm shm|msg|sem ID...

Removes System V objects, as util-linux's ipcrm does. An ID is a decimal number, a
KEY decimal, hexadecimal (0x...) or octal (0...).

 -q, --queue-id ID         the message queue with this id
 -Q, --queue-key KEY       the message queue with this key
 -m, --shmem-id ID         the shared memory segment with this id
 -M, --shmem-key KEY       the shared memory segment with this key
 -s, --semaphore-id ID     the semaphore set with this id
 -S, --semaphore-key KEY   the semaphore set with this key
 -a, --all[=KIND] [KIND...]  all objects, or all of the kinds shm, msg, sem
 -v, --verbose             say what is removed
     --dry-run             say what would be removed, and remove nothing
     --force               in the shell: do not ask about objects that this session
                           did not make

Only those (ours; several must all hold; where no object is named, of all):
     --mine              that you own
     --user USER         that USER owns, a name or a number
     --unattached        segments that nobody has attached
     --dead-creator      segments whose creator has ended
     --older TIME        changed last before 30m, 12h, 7d...
     --key KEY           with this key, or pattern: 0x41*
     --empty             queues without a message, sets whose values are all 0

 -h, --help                this text
 -V, --version             the version

A segment that is attached somewhere lives on without its key until the last
process detaches it.

Where util-linux 2.38 errs, ipcsh does not follow:
 "-a msg" removes the queues, as its manual says (theirs: every kind, and then
 complains about the word); a word that is no kind removes nothing
 -a also removes your own objects that have no read permission (theirs: skipped)
 "ipcrm msg ''" removes nothing (theirs: the queue with id 0), nor does an id or key
 that is too large for one (theirs: the object that the lower 32 bits name)
`

const ipcmkHelp = `
Usage:
 ipcmk [-M SIZE] [-Q] [-S NUMBER] [-p MODE] [--key KEY] [--print-key]

Makes System V objects with keys of their own, as util-linux's ipcmk does.

 -M, --shmem SIZE        a shared memory segment of SIZE bytes
 -Q, --queue             a message queue
 -S, --semaphore NUMBER  a semaphore set with NUMBER semaphores
 -p, --mode MODE         octal permissions, 0644 if not given
     --key KEY           this key, not a random one; 0 is IPC_PRIVATE
     --print-key         print the key too, on a line of its own

 -h, --help              this text
 -V, --version           the version

SIZE may end in K or KiB (1024), KB (1000), and likewise M, G, T, P, E.

Where util-linux 2.38 errs, ipcsh does not follow:
 fractions are exact: 1.9M is 1992294 and 1.10K is 1126 (theirs: 2097152 and 2048)
 an object that has the random key already is not taken for a new one
`
