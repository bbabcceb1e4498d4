/**
 * Every expected "no" of the program: code, what happened, what to do about it, HTTP status for API callers.
 * A published code is never reused. `{name}` stands for a detail of the case.
 */
export const REFUSALS = {
  ACCESS_UNLISTED: { status: 401, message: 'Nobody ordered this phone', hint: 'Claim it on the board, or leave it unplugged.' },
  ACCESS_WINDOW_CLOSED: {
    status: 401,
    message: 'The authentication window is closed',
    hint: 'Scan or claim the phone, or open a window for it.',
  },
  ACCESS_TOKEN_WRONG: {
    status: 401,
    message: 'The phone showed a wrong token',
    hint: 'Reset the phone to factory settings and open a new window with a reason.',
  },
  ACCESS_TOKEN_MISSING: {
    status: 401,
    message: 'The phone has a proven token and came without it',
    hint: 'Was it reset to factory settings? Open a new window with a reason.',
  },
  ACCESS_MAC_MISMATCH: {
    status: 401,
    message: 'The phone asks for the files of another MAC ({asked})',
    hint: 'Check the label: another phone stands in this place.',
  },
  ACCESS_NO_LEASE: {
    status: 401,
    message: 'No lease of this bench belongs to the address {address}',
    hint: 'Unplug the phone and plug it in again.',
  },
  ACCESS_SCAN_MISMATCH: {
    status: 401,
    message: 'The label scanned says {scanned}, plugged in is {found}',
    hint: 'Compare box, label and phone. Is this the phone that is meant, claim it; else plug in the one that was scanned.',
  },
  ACCESS_MAC_CONTRADICTION: {
    status: 401,
    message: 'Its MACs contradict each other: {lease} on the wire, {says} by {fact}',
    hint: 'Take it off the bench and compare the label on its case with both.',
  },
  ACCESS_CERTIFICATE_MISSING: {
    status: 401,
    message: 'A factory certificate is required, and the phone has shown none: {how}',
    hint: 'Let it come over HTTPS (Network: phones are told HTTPS). A model without a certificate needs another policy in its persistent profile.',
  },
  ACCESS_CERTIFICATE_UNPROVEN: {
    status: 401,
    message: 'Its factory certificate does not prove which phone it is: {why}',
    hint: "Import the maker's authority (Security), or change what certificates count for in the persistent profile.",
  },
  ACCESS_LOCKED: {
    status: 401,
    message: 'Refused by its MAC alone while somebody guesses: {who} is locked until {until}',
    hint: 'Find who guesses there. A phone with its token passes; this one gets its first configuration once the lock ends.',
  },
  ACCESS_GUESSING: {
    status: 409,
    message: 'Somebody guesses: {misses} misses {whence} since {since}',
    hint: 'Locked until {until}. Phones of this bench and phones with their token are not touched. Find what stands at that address.',
  },
  SIP_NO_ADDRESS: {
    status: 409,
    message: 'The phone has no address on this bench now',
    hint: 'Plug it in, wait for its lease, and try again.',
  },
  SIP_NOT_IDENTIFIED: {
    status: 409,
    message: 'Nobody knows yet which family the phone is of',
    hint: 'Wait until it has asked for its files, then try again.',
  },
  SIP_NO_EVENT: {
    status: 409,
    message: 'No SIP event is known that makes {pack} {act}',
    hint: 'Unplug the phone and plug it in again.',
  },
  SIP_OFF: {
    status: 409,
    message: 'SIP is not served on this bench now',
    hint: 'Start serving, with a SIP port (--sip-port 5060); or unplug the phone and plug it in again.',
  },
  BACKUP_UNDER_WAY: { status: 409, message: 'A backup is being made', hint: 'Wait until it is done.' },
  BACKUP_UNKNOWN: { status: 404, message: 'There is no backup {name}', hint: 'See backup.list.' },
  BACKUP_PASSPHRASE_WEAK: {
    status: 400,
    message: 'The passphrase is not taken: {why}',
    hint: 'Take several words that do not belong together. Whoever has the file can guess for years.',
  },
  AUTHORITY_INVALID: {
    status: 400,
    message: 'This is no certificate authority: {why}',
    hint: "Give the maker's root certificate or its chain: PEM, DER or PKCS #7, without any private key.",
  },
  AUTHORITY_UNKNOWN: { status: 404, message: 'No authority {id} was imported', hint: 'See certificates.list.' },
  AUTHORITY_VENDOR: { status: 400, message: 'No endpoint pack is of {vendor}', hint: 'Known: {known}' },
  TOKEN_NOT_PROVEN: {
    status: 409,
    message: 'The phone {mac} has no proven token',
    hint: 'There is nothing to replace yet: it gets its first one inside its window.',
  },
  DEVICE_UNKNOWN: { status: 404, message: 'No phone with the MAC {mac}', hint: 'Add it first.' },
  DEVICE_EXISTS: { status: 409, message: 'The phone {mac} is already listed', hint: 'Open it on the board.' },
  SETTING_MODEL_ELSEWHERE: {
    status: 400,
    message: 'The endpoint pack {pack} has no model {model}: it belongs to {other}',
    hint: 'Name the pack {other}, or leave the pack out.',
  },
  DEVICE_MODEL_UNKNOWN: {
    status: 400,
    message: 'No endpoint pack has the model {model}',
    hint: 'Leave the model empty to let the endpoint pack identify it. Nearest: {known}',
  },
  DEVICE_WRONG_MODEL: {
    status: 409,
    message: 'Ordered was {expected}, plugged in is {model}',
    hint: 'Swap the phone, or change the model of this entry.',
  },
  DEVICE_CONFLICT: {
    status: 409,
    message: 'The phone contradicts itself: {why}',
    hint: 'Unplug it and plug it in again; if it stays so, look at its label and claim it by hand.',
  },
  DEVICE_READMIT_REASON: {
    status: 409,
    message: 'The phone {mac} has proven its token: it is admitted again only with a reason',
    hint: 'Was it reset to factory settings? Open a window for it, with the reason.',
  },
  DEVICE_IDENTIFIED: {
    status: 409,
    message: 'The phone {mac} is identified as {model}',
    hint: 'Another model can be ordered only before a phone was identified, or while it is held for being a wrong one.',
  },
  DEVICE_NOT_HELD: { status: 409, message: 'The phone {mac} does not wait to be claimed', hint: 'Only unknown phones are claimed.' },
  DEVICE_NO_PRODUCTION_URL: {
    status: 409,
    message: 'No production URL is set for this phone',
    hint: 'Set provisioning.url in the persistent profile or business group.',
  },
  DEVICE_NO_PACK: { status: 409, message: 'No endpoint pack claims this phone', hint: 'Import the endpoint pack of its family.' },
  DEVICE_PACK_UNSUPPORTED: {
    status: 409,
    message: 'The persistent profile {profile} does not support {pack}',
    hint: 'Add the endpoint pack to that profile, or give this phone another profile.',
  },
  FIRMWARE_ONLY: {
    status: 409,
    message: 'Firmware only: this family takes no token',
    hint: 'Nothing is left to do here. It holds no SIP password, unless its profile allows that.',
  },
  FIRMWARE_UNSTATED: {
    status: 409,
    message: 'It took {version} and came back; this family never says what it runs',
    hint: "Look at the phone's own screen. Does it run {version}: take the target of its model out of the persistent profile {profile}, and it ends as firmware only.",
  },
  FIRMWARE_IMAGE_MISSING: {
    status: 409,
    message: 'The image {version} for {model} is not in the library',
    hint: 'Import the image; the phone is staged without it and will not be ready.',
  },
  FIRMWARE_STEP_IMAGE_MISSING: {
    status: 409,
    message: 'Missing image for the step {version} ({step} of {steps}) of {model} to {target}',
    hint: 'Import the image of this step; the phone is staged without it and will not be ready.',
  },
  FIRMWARE_DOWNGRADE_BANNED: {
    status: 409,
    message: 'It runs {version}, wanted is {target}: {by} forbids going back',
    hint: 'Raise the target in the persistent profile {profile}, let it take newer versions (orNewer), or allow the downgrade there.',
  },
  FIRMWARE_TARGET_BAD: {
    status: 409,
    message: 'The version {version} is known to be bad for {model}',
    hint: 'Choose another version in the persistent profile {profile}, or take this one off its list of bad ones.',
  },
  FIRMWARE_NOT_TAKEN: {
    status: 409,
    message: 'The phone came back with {version} instead of {target}',
    hint: 'Check that the image fits this hardware, then unplug the phone and plug it in again.',
  },
  FIRMWARE_FILE_UNREADABLE: { status: 400, message: 'The file {file} cannot be read', hint: 'Check the path.' },
  FIRMWARE_FILE_EMPTY: { status: 400, message: 'The file {file} is empty', hint: 'Download the image again.' },
  FIRMWARE_FILE_WRONG: {
    status: 400,
    message: 'The file {file} is no firmware image: {why}',
    hint: 'Download the image again, or unpack the archive and add the image inside it.',
  },
  FIRMWARE_VERSION_NEEDED: {
    status: 400,
    message: 'The name {file} does not say which version it is',
    hint: 'Say the version in the call, spelled as the phone states it in its User-Agent.',
  },
  FIRMWARE_NAME_AMBIGUOUS: {
    status: 400,
    message: 'Several endpoint packs know the image name {file}: {packs}',
    hint: 'Say which endpoint pack it is for.',
  },
  FIRMWARE_NAME_TAKEN: {
    status: 409,
    message: 'The library has another file {file} as {version} of {pack}',
    hint: 'Compare the two files; remove the wrong one from the library, or say the version this one really is.',
  },
  FIRMWARE_SAME_BYTES: {
    status: 409,
    message: '{file} holds the very bytes of {other}, which is in the library',
    hint: 'Say the models of {other} when you add it, or remove it first.',
  },
  FIRMWARE_VERSION_BAD: {
    status: 409,
    message: 'The version {version} is on the list of bad versions of the persistent profile {profile}',
    hint: 'Add another version, or take this one off the list first.',
  },
  FIRMWARE_IMAGE_UNKNOWN: { status: 404, message: 'The library has no image {image}', hint: 'firmware.list says which it has.' },
  FIRMWARE_IMAGE_NEEDED: {
    status: 409,
    message: '{file} is needed: {version} is {what} of the persistent profile {profile}',
    hint: 'Change that target first, or add another image of this version.',
  },
  FIRMWARE_VERSION_UNREAD: {
    status: 400,
    message: '"{version}" is no firmware version',
    hint: 'Spell it as the phone states it in its User-Agent, for example {sample}.',
  },
  FIRMWARE_DISK_SMALL: {
    status: 409,
    message: 'The image {file} has {size} MB, the disk of the library has {free} MB left',
    hint: 'Remove images that are no longer needed, or choose another folder: --firmware DIR',
  },
  FIRMWARE_IN_REPOSITORY: {
    status: 409,
    message: 'The image library {folder} lies inside a checkout of this project',
    hint: 'Images never belong into the repository: choose another folder with --firmware DIR or --data DIR',
  },
  FIRMWARE_NAME_UNKNOWN: {
    status: 400,
    message: 'No endpoint pack knows the image name {file}',
    hint: 'Name the models and the version in the call, or rename the file as the vendor ships it.',
  },
  STAGING_NOT_BACK: { status: 409, message: 'The phone has not come back for {minutes} min', hint: 'Unplug it and plug it in again.' },
  LINE_UNKNOWN: { status: 400, message: 'No line {line}', hint: 'Load the catalogue with this line, or leave the line empty.' },
  GROUP_UNKNOWN: { status: 400, message: 'No business group {group}', hint: 'Load the catalogue with this group.' },
  DEPARTMENT_UNKNOWN: { status: 400, message: 'No department {department}', hint: 'Load the catalogue with this department.' },
  PROFILE_UNKNOWN: { status: 400, message: 'No persistent profile {profile}', hint: 'Load the catalogue with this profile.' },
  SETTING_UNKNOWN: { status: 400, message: 'No setting {key}', hint: 'Look it up in the settings of the endpoint pack.' },
  SETTING_INVALID: { status: 400, message: '{key}: {why}', hint: 'Correct the value.' },
  SETTING_LOCKED: { status: 409, message: '{key} is locked by {layer}', hint: 'Unlock it there, or change it there.' },
  SETTING_RAW_LOCKED: {
    status: 409,
    message: 'Line {line} writes {name}, which the setting {setting} decides; the {layer} locked it ({pack})',
    hint: 'Take the line out, or unlock the setting there.',
  },
  SETTING_LAYER_FORBIDDEN: { status: 400, message: '{key} may not be set at the layer {layer}', hint: 'Set it at one of: {allowed}' },
  SETTING_ROLE_FORBIDDEN: {
    status: 403,
    message: '{key} may not be changed here by {role}',
    hint: 'Ask {whom}.',
  },
  LAYER_ROLE_FORBIDDEN: {
    status: 403,
    message: '{layer} is outside what {role} may see',
    hint: 'Ask {whom}.',
  },
  CSV_EMPTY: { status: 400, message: 'The CSV has no rows', hint: 'First line: mac,model,line,group,profile,windowStart,windowEnd,order' },
  CSV_COLUMN_UNKNOWN: { status: 400, message: 'Unknown column {column}', hint: 'Known columns: {known}' },
  CSV_COLUMN_TWICE: {
    status: 400,
    message: 'The column {column} stands there twice',
    hint: 'Remove one of the two; nothing was imported.',
  },
  CSV_COLUMN_MISSING: {
    status: 400,
    message: 'The column mac is missing',
    hint: 'First line: {columns}',
  },
  CSV_QUOTES: {
    status: 400,
    message: 'The quotes of this row do not pair',
    hint: 'Close the quote, or double it where it belongs to the text. Good rows are taken without this one.',
  },
  CSV_ROW_SHAPE: {
    status: 400,
    message: 'The row has {found} fields, the header {expected}',
    hint: 'Check quotes and separators of this row.',
  },
  MAC_INVALID: {
    status: 400,
    message: '"{text}" is not a MAC address',
    hint: 'Twelve hex digits, with or without separators, as printed on the label.',
  },
  MAC_DUPLICATE: { status: 409, message: 'The MAC {mac} stands in row {row} already', hint: 'Remove one of the two rows.' },
  TIME_INVALID: { status: 400, message: '"{text}" is not an instant', hint: 'Use ISO 8601, for example 2026-11-24T08:00:00Z.' },
  WINDOW_INVALID: { status: 400, message: 'The window ends before it starts', hint: 'Correct windowStart and windowEnd.' },
  CATALOGUE_INVALID: {
    status: 400,
    message: 'The catalogue is not valid: {why}',
    hint: 'Correct the named place and load it again; nothing was changed.',
  },
  CATALOGUE_FIELD: {
    status: 400,
    message: 'This cannot be saved: {why}',
    hint: 'Correct the named field and save it again; nothing was changed.',
  },
  PACK_INVALID: {
    status: 400,
    message: 'The endpoint pack {pack} is not valid: {why}',
    hint: 'Correct the named file; the other packs keep working.',
  },
  CONFIG_TOO_LONG: {
    status: 409,
    message: 'The phone cannot read {file}: {why}',
    hint: 'Shorten what makes it long: a name, a label, raw lines.',
  },
  CONFIG_UNWRITABLE: {
    status: 409,
    message: 'The file {file} of this phone cannot be written: {why}',
    hint: 'Give it another one: changed by a character it would be wrong.',
  },
  PACK_ZIP_INVALID: {
    status: 400,
    message: 'The zip of the endpoint pack cannot be taken: {why}',
    hint: 'Zip the folder of the pack with an ordinary archiver (plain files, deflate); nothing was changed.',
  },
  PACK_CLASH: {
    status: 409,
    message: '{why}',
    hint: 'Give up the model or the sample in one of the two packs; nothing was changed.',
  },
  PACK_UNKNOWN: { status: 404, message: 'No endpoint pack {pack}', hint: 'Known: {known}' },
  PACK_VERSION_UNKNOWN: { status: 404, message: 'The endpoint pack {pack} has no version {version}', hint: 'It has: {known}' },
  PACK_VERSION_EXISTS: {
    status: 409,
    message: 'Version {version} of {pack} is here already, with other content',
    hint: 'Raise revision in pack.yaml: phones keep the version they have until they are moved.',
  },
  PACK_MOVE_WHO: { status: 400, message: 'Which phones are meant?', hint: 'Give exactly one of macs, group and all.' },
  PACK_IN_USE: { status: 409, message: 'Version {version} of {pack} cannot be removed: {why}', hint: '{mend}' },
  BENCH_NO_INTERFACE: { status: 409, message: 'No interface is chosen', hint: 'Choose the interface of the lab LAN.' },
  BENCH_INTERFACE_UNKNOWN: { status: 409, message: 'No LAN interface is called {name}', hint: 'Choose one of: {known}' },
  BENCH_NO_ADDRESS: {
    status: 409,
    message: 'The interface {name} has no IPv4 address',
    hint: 'Give it one: sudo ip address add 10.66.0.1/24 dev {name}',
  },
  BENCH_ADDRESS_NOT_HERE: {
    status: 409,
    message: 'No interface of this machine has the address {address}',
    hint: 'Give --address one of this machine, or leave it out and name the interface: --interface NAME',
  },
  BENCH_LINK_DOWN: { status: 409, message: 'The interface {name} has no link', hint: 'Plug the cable into the lab switch.' },
  BENCH_DEFAULT_ROUTE: {
    status: 409,
    message: 'The interface {name} carries the default route: it looks like the office LAN',
    hint: 'Choose the lab interface, or allow this one by name: --allow-default-route {name}',
  },
  BENCH_PORT_IN_USE: {
    status: 409,
    message: 'Port {port} is in use{by}',
    hint: 'End the other program, or choose another port: {option}',
  },
  BENCH_NO_PRIVILEGE: {
    status: 409,
    message: 'This user may not open port {port}',
    hint: 'sudo sysctl -w net.ipv4.ip_unprivileged_port_start={first}',
  },
  BENCH_BIND_UNSUPPORTED: {
    status: 409,
    message: 'A socket cannot be tied to one interface here: {why}',
    hint: 'Install the optional part koffi, or start with --address on purpose.',
  },
  BENCH_POOL_INVALID: { status: 400, message: 'The pool {pool} does not fit: {why}', hint: '{mend}' },
  TLS_CERTIFICATE_FAILED: {
    status: 503,
    message: 'The certificate for HTTPS could not be made or kept: {why}',
    hint: 'Phones are served over HTTP meanwhile. Free disk space, then start the services again.',
  },
  PHONE_UPLOAD_UNKNOWN: {
    status: 404,
    message: 'The phone {mac} sent no {name}',
    hint: 'Ask for devices.uploads: older ones make room for newer.',
  },
  DHCP_POOL_EMPTY: { status: 409, message: 'No free address is left in the pool', hint: 'Widen the pool, or unplug phones that are done.' },
  DHCP_FOREIGN_SERVER: {
    status: 409,
    message: 'Another DHCP server answers on this LAN: {server}',
    hint: 'Unplug it, or move the lab cable; offers pause until it is silent.',
  },
  NETWORK_FIELD_INVALID: { status: 400, message: '{field}: {why}', hint: '{mend}' },
  NETWORK_SAID_ELSEWHERE: {
    status: 409,
    message: '{field} is said by {by}, which beats this page',
    hint: '{mend}',
  },
  ORDER_UNKNOWN: { status: 404, message: 'No work order {order}', hint: 'Known: {known}' },
  ORDER_EXISTS: { status: 409, message: 'The work order {order} is there already', hint: 'Choose another number, or open that one.' },
  ORDER_CLOSED: { status: 409, message: 'The work order {order} was closed', hint: 'Create another work order for what comes later.' },
  ORDER_EMPTY: { status: 409, message: 'The work order {order} has no phone', hint: 'Add its phones, or give it another order number.' },
  ORDER_NOT_DONE: {
    status: 409,
    message: '{open} of {phones} phones of {order} are not done: {which}',
    hint: 'Finish them, or take them out of the work order.',
  },
  ORDER_NOT_SYNCED: {
    status: 409,
    message: '{open} of {phones} tokens of {order} are not acknowledged by the central store',
    hint: '{mend}',
  },
  DHCP_CONFIG_INVALID: {
    status: 400,
    message: 'The DHCP settings are not valid: {why}',
    hint: 'Correct the named place; nothing was changed.',
  },
  BENCH_ADDRESS_CHANGED: {
    status: 409,
    message: 'The interface {name} changed its address from {before} to {after}',
    hint: 'Start the services again, or give the interface its old address back.',
  },
  SYNC_NOT_ENROLLED: {
    status: 409,
    message: 'This bench is not enrolled at a central store',
    hint: 'Create a code there and start with --central URL --enrol CODE.',
  },
  SYNC_OFFLINE: {
    status: 503,
    message: 'The central store cannot be reached: {why}',
    hint: 'Nothing is lost: tokens wait and are sent later.',
  },
  SYNC_CODE_INVALID: { status: 401, message: 'The enrolment code is used up or unknown', hint: 'Create a new code at the central store.' },
  CENTRAL_DATABASE_DOWN: {
    status: 503,
    message: 'The database of the central store cannot be used: {why}',
    hint: 'Start it again; what was acknowledged is kept, benches and phones come again.',
  },
  STORE_UNAVAILABLE: {
    status: 503,
    message: 'The disk refused to keep the change: {why}',
    hint: 'Free disk space: Option66 goes on by itself as soon as the disk takes changes again.',
  },
  CLOCK_SET: {
    status: 409,
    message: 'The clock of this machine was set {way} by {by}: windows and leases go on by the time before',
    hint: 'Check the clock. If it is right now, take its time on the page of the bench (bench.takeTime); else set it right.',
  },
  EXCHANGE_NO_FILE: {
    status: 400,
    message: 'This is no file that a bench and its central store exchange',
    hint: 'Take the file as it was saved: reports go to the central store, receipts and enrolments to the bench.',
  },
  EXCHANGE_NEWER: {
    status: 409,
    message: 'The file is of a newer Option66 (version {version})',
    hint: 'Bring both sides to the same version.',
  },
  EXCHANGE_WRONG_WAY: {
    status: 409,
    message: 'The file holds {is}, here {wanted} are taken',
    hint: 'Reports go to the central store, receipts come back to the bench.',
  },
  EXCHANGE_OTHER_BENCH: {
    status: 409,
    message: 'The file belongs to another bench ({bench})',
    hint: 'Carry it to that bench, or export anew here.',
  },
  EXCHANGE_UNKNOWN_BENCH: {
    status: 404,
    message: 'No bench {bench} is enrolled here, or it was before files could be exchanged',
    hint: 'Make an enrolment file here and let the bench take it.',
  },
  EXCHANGE_DAMAGED: {
    status: 409,
    message: 'The file is damaged, or was changed on its way: nothing of it was taken',
    hint: 'Copy it again from where it was saved, or export it anew.',
  },
  EXCHANGE_NOT_ENROLLED: {
    status: 409,
    message: 'This bench has no central store that could open its reports',
    hint: 'Make an enrolment file at the central store and take it here, or start with --central URL --enrol CODE.',
  },
  STORE_SHORT: {
    status: 503,
    message: 'Not accepting new phones: {why}',
    hint: 'Phones that are on their way finish. Free disk space: new ones are then taken by themselves.',
  },
  UPLOAD_UNKNOWN: { status: 404, message: 'No upload {id} is open', hint: 'It ended, or stood still for ten minutes: begin again.' },
  UPLOAD_GAP: {
    status: 409,
    message: 'The part at {offset} does not follow the {received} bytes that are here',
    hint: 'Send the part that begins at {received}.',
  },
  UPLOAD_TOO_LARGE: { status: 400, message: '{file} is larger than {most} MB', hint: 'Choose the image itself, and say its true size.' },
  UPLOAD_NAME: { status: 400, message: '"{file}" is no file name', hint: 'Send the bare name, as the vendor ships the file.' },
  UPLOAD_MANY: { status: 409, message: '{most} uploads are under way already', hint: 'Wait until one of them has ended.' },
  UPLOAD_SUM_WRONG: { status: 400, message: '{file} came damaged: its SHA-256 is {sum}', hint: 'Send it again; nothing was kept.' },
  STORE_FOLDER_UNUSABLE: { status: 409, message: '{path} cannot be used: {why}', hint: '{mend}' },
  STORE_IN_USE: {
    status: 409,
    message: 'Another Option66 uses the data folder {folder}',
    hint: 'Close it, or start with --data and another folder.',
  },
  PEOPLE_SIGN_IN_WRONG: {
    status: 401,
    message: 'Name or password is wrong',
    hint: 'Check both. Who owns this bench, and every provisioning engineer, can give you a new password.',
  },
  PEOPLE_SIGN_IN_WAIT: {
    status: 429,
    message: 'Too many wrong attempts',
    hint: 'Wait {seconds} s, then try again. Nothing is locked for good.',
  },
  PEOPLE_PLAIN_HTTP: {
    status: 403,
    message: 'Nobody signs in over plain HTTP from another machine: the password could be read on the way',
    hint: 'Open the pages on the machine itself or through ssh -L, give the pages a certificate (--ui-cert FILE --ui-cert-key FILE), or allow it: --ui-plain-sign-in',
  },
  PEOPLE_SIGNED_OUT: { status: 401, message: 'This session has ended', hint: 'Sign in again.' },
  PEOPLE_MUST_CHANGE: {
    status: 403,
    message: 'Choose a password of your own first',
    hint: 'The one you have was made by somebody else. Change it in the menu of your account.',
  },
  PEOPLE_ROLE: { status: 403, message: 'This is for {roles}', hint: 'You are signed in as {own}. Ask somebody who may.' },
  PEOPLE_SCOPE: { status: 403, message: '{what} is not one of yours', hint: 'You see and change what belongs to {own}.' },
  PEOPLE_AS_WIDER: {
    status: 403,
    message: 'Nobody acts as somebody with more rights',
    hint: 'Leave "as" out, or name a role and a place within your own.',
  },
  PEOPLE_UNKNOWN: { status: 404, message: 'There is no account {name}', hint: 'Look at the list of people.' },
  PEOPLE_EXISTS: { status: 409, message: 'There is an account {name} already', hint: 'Choose another name.' },
  PEOPLE_NAME: {
    status: 400,
    message: '"{name}" is no name to sign in with',
    hint: '2 to 32 letters without accents, digits, dot, hyphen and underscore; first a letter or digit.',
  },
  PEOPLE_PASSWORD_WEAK: {
    status: 400,
    message: 'This password is too easy to guess: {why}',
    hint: 'Take 10 characters or more; four words will do.',
  },
  PEOPLE_PASSWORD_WRONG: { status: 403, message: 'The present password is another one', hint: 'Type the password you signed in with.' },
  PEOPLE_NO_ACCOUNT: {
    status: 409,
    message: 'You are signed in without an account',
    hint: 'Make one for yourself on the page of people, then sign in with it.',
  },
  PEOPLE_PLACE: { status: 400, message: 'What belongs to this person is not right: {why}', hint: 'Choose from what the bench knows.' },
  PEOPLE_LAST_ENGINEER: {
    status: 409,
    message: '{name} is the last provisioning engineer',
    hint: 'Make another account a provisioning engineer first.',
  },
  WINDOW_SECOND_PERSON: {
    status: 409,
    message: 'A window longer than a shift ({hours} hours) needs a second person',
    hint: 'Somebody else who may open windows confirms it with name and password. Or open it for a shift.',
  },
  WINDOW_SECOND_SAME: {
    status: 409,
    message: 'The second person has to be somebody else, with the right to open windows',
    hint: 'A provisioning engineer or a bench technician with another account confirms it.',
  },
  WINDOW_NO_SECOND: {
    status: 409,
    message: 'A window longer than a shift ({hours} hours) needs a second person, and nobody else here has an account',
    hint: 'Make a second account on the page of people, or open it for a shift. A script with the key of the bench opens any window; the audit log says so.',
  },
} as const satisfies Record<string, { status: number; message: string; hint: string }>

export type RefusalCode = keyof typeof REFUSALS

export type Refusal = { code: RefusalCode; message: string; hint: string; status: number; data: Record<string, string> }

/** Fills the texts of a refusal; a placeholder without a detail is left out. */
export function refusal(code: RefusalCode, data: Record<string, string> = {}): Refusal {
  const fill = (text: string) => text.replace(/\{(\w+)\}/g, (_, name: string) => data[name] ?? '')
  const { status, message, hint } = REFUSALS[code]
  return { code, status, message: fill(message), hint: fill(hint), data }
}
