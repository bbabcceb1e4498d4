import type { RefusalCode } from '../../preload/contract/view.ts'

/**
 * A refusal as the board says it. `title` stands in bold on the board (`many` when several phones have the same), `next` is what to do, `short` (18 letters at most) stands on the tile where the
 * code can hold or fail a phone. Details of the case come with the refusal itself.
 */
export type RefusalWords = { title: string; next: string; short?: string; many?: (count: number) => string }

export const refusalWords: Record<RefusalCode, RefusalWords> = {
  PEOPLE_SIGN_IN_WRONG: { title: 'Name or password is wrong', next: 'Check both. A provisioning engineer can give you a new password.' },
  PEOPLE_SIGN_IN_WAIT: { title: 'Too many wrong attempts', next: 'Wait a little, then try again. Nothing is locked for good.' },
  PEOPLE_PLAIN_HTTP: { title: 'Nobody signs in from another machine over plain HTTP', next: 'Open the pages on the machine itself.' },
  PEOPLE_SIGNED_OUT: { title: 'This session has ended', next: 'Sign in again.' },
  PEOPLE_MUST_CHANGE: { title: 'Choose a password of your own first', next: 'Change it in the menu of your account.' },
  PEOPLE_ROLE: { title: 'This is not for your role', next: 'Ask somebody who may.' },
  PEOPLE_SCOPE: { title: 'This is not one of yours', next: 'You see and change what belongs to you.' },
  PEOPLE_AS_WIDER: { title: 'Nobody acts as somebody with more rights', next: 'Look with your own eyes.' },
  PEOPLE_UNKNOWN: { title: 'There is no such account', next: 'Look at the list of people.' },
  PEOPLE_EXISTS: { title: 'There is such an account already', next: 'Choose another name.' },
  PEOPLE_NAME: { title: 'This is no name to sign in with', next: 'Letters without accents, digits, dot, hyphen, underscore.' },
  PEOPLE_PASSWORD_WEAK: { title: 'This password is too easy to guess', next: 'Take 10 characters or more; four words will do.' },
  PEOPLE_PASSWORD_WRONG: { title: 'The present password is another one', next: 'Type the password you signed in with.' },
  PEOPLE_NO_ACCOUNT: { title: 'You are signed in without an account', next: 'Make one for yourself, then sign in with it.' },
  PEOPLE_PLACE: { title: 'What belongs to this person is not right', next: 'Choose from what the bench knows.' },
  PEOPLE_LAST_ENGINEER: { title: 'This is the last provisioning engineer', next: 'Make another one first.' },
  WINDOW_SECOND_PERSON: {
    title: 'A window longer than a shift needs a second person',
    next: 'Somebody else confirms it with name and password.',
  },
  WINDOW_SECOND_SAME: { title: 'The second person has to be somebody else', next: 'Another account that may open windows.' },
  WINDOW_NO_SECOND: { title: 'A window longer than a shift needs a second person', next: 'Make a second account, or open it for a shift.' },
  NETWORK_FIELD_INVALID: { title: 'A network setting is not valid', next: 'Correct the named field.' },
  NETWORK_SAID_ELSEWHERE: { title: 'This was said when the bench started', next: 'Change it there, or start without that option.' },
  ORDER_UNKNOWN: { title: 'There is no such work order', next: 'Look at the list of work orders.' },
  ORDER_EXISTS: { title: 'There is such a work order already', next: 'Choose another number.' },
  ORDER_CLOSED: { title: 'This work order is closed', next: 'Create another one for what comes later.' },
  ORDER_EMPTY: { title: 'This work order has no phone', next: 'Add its phones first.' },
  ORDER_NOT_DONE: { title: 'Not all of its phones are done', next: 'Finish them, or take them out of the work order.' },
  ORDER_NOT_SYNCED: { title: 'The central store does not have all tokens', next: 'Synchronise, or close it as not handed over.' },
  SIP_NO_ADDRESS: { title: 'The phone is not on this bench now', next: 'Plug it in, then try again.' },
  SIP_NOT_IDENTIFIED: { title: 'Nobody knows yet what phone it is', next: 'Wait until it has asked for its files.' },
  SIP_NO_EVENT: { title: 'This family does not obey SIP', next: 'Unplug it and plug it in again.' },
  SIP_OFF: { title: 'SIP is not served now', next: 'Start serving, or unplug the phone and plug it in again.' },
  ACCESS_UNLISTED: {
    short: 'Unknown phone',
    title: 'A phone nobody ordered',
    next: 'Claim it, or unplug it.',
    many: (count) => `${count} phones nobody ordered`,
  },
  ACCESS_WINDOW_CLOSED: {
    short: 'Window closed',
    title: 'Its window is closed',
    next: 'Scan its label, or open it here.',
    many: (count) => `${count} windows are closed`,
  },
  ACCESS_TOKEN_WRONG: {
    short: 'Wrong token',
    title: 'It showed a wrong token',
    next: 'Reset it to factory settings, then open a window and say why.',
  },
  ACCESS_TOKEN_MISSING: {
    short: 'Came without token',
    title: 'It came back without its token',
    next: 'Was it reset to factory settings? Open a window and say so.',
  },
  ACCESS_MAC_MISMATCH: { short: 'Wrong phone', title: 'Not the phone on the label', next: 'Compare its label with the MAC shown.' },
  ACCESS_NO_LEASE: { short: 'No lease', title: 'Its address is not from this bench', next: 'Unplug it and plug it in again.' },
  ACCESS_SCAN_MISMATCH: {
    short: 'Other label',
    title: 'Not the phone that was scanned',
    next: 'Compare box, label and phone; claim it if it is meant.',
  },
  ACCESS_MAC_CONTRADICTION: {
    short: 'MACs disagree',
    title: 'Its MACs contradict each other',
    next: 'Take it off the bench and compare its label.',
  },
  ACCESS_CERTIFICATE_MISSING: {
    short: 'No certificate',
    title: 'It shows no factory certificate',
    next: 'Let it come over HTTPS, or ask for less in its profile.',
  },
  ACCESS_CERTIFICATE_UNPROVEN: {
    short: 'Certificate weak',
    title: 'Its certificate proves nothing',
    next: "Import the maker's authority, or ask for less in its profile.",
  },
  AUTHORITY_INVALID: { title: 'This is no certificate authority', next: "Give the maker's root certificate: PEM, DER or PKCS #7." },
  AUTHORITY_UNKNOWN: { title: 'No such authority', next: 'Somebody removed it already.' },
  AUTHORITY_VENDOR: { title: 'No endpoint pack is of this maker', next: 'Choose a maker from the list.' },
  ACCESS_LOCKED: {
    short: 'Address locked',
    title: 'Somebody guesses at its address',
    next: 'Find who guesses there, or wait until the lock ends.',
  },
  ACCESS_GUESSING: { title: 'Somebody guesses MACs or tokens', next: 'Find what stands at that address. Phones of this bench go on.' },
  DEVICE_UNKNOWN: { title: 'No such phone', next: 'Add it first, or check the MAC.' },
  DEVICE_EXISTS: { title: 'This phone is listed already', next: 'Look it up on the board.' },
  DEVICE_MODEL_UNKNOWN: {
    short: 'Unknown model',
    title: 'No endpoint pack has this model',
    next: 'Leave the model empty: the endpoint pack identifies it.',
  },
  DEVICE_WRONG_MODEL: { short: 'Wrong model', title: 'Not the model ordered', next: 'Swap it, or change its entry.' },
  DEVICE_CONFLICT: {
    short: 'Contradicts itself',
    title: 'It contradicts itself',
    next: 'Unplug it and plug it in again. If it stays so, look at its label.',
  },
  DEVICE_READMIT_REASON: { title: 'It has proven its token already', next: 'Was it reset? Open the window for it, with a reason.' },
  DEVICE_IDENTIFIED: { title: 'It is identified already', next: 'Its model can be changed only while it is held for being a wrong one.' },
  DEVICE_NOT_HELD: { title: 'It does not wait to be claimed', next: 'Only unknown phones are claimed.' },
  DEVICE_NO_PRODUCTION_URL: {
    short: 'No production URL',
    title: 'It has no production URL',
    next: 'Give it a line, or set provisioning.url in its persistent profile.',
  },
  DEVICE_NO_PACK: { short: 'No endpoint pack', title: 'No endpoint pack claims it', next: 'Import the endpoint pack of its family.' },
  DEVICE_PACK_UNSUPPORTED: {
    short: 'Not in the profile',
    title: 'Its persistent profile does not support this family',
    next: 'Add the endpoint pack to the profile, or give this phone another profile.',
  },
  FIRMWARE_ONLY: { short: 'Firmware only', title: 'Done: firmware only', next: 'Pack it. It holds no SIP password.' },
  FIRMWARE_IMAGE_MISSING: {
    short: 'Image missing',
    title: 'Its firmware image is missing',
    next: 'Put the image into the library. Without it the phone will not be ready.',
  },
  FIRMWARE_STEP_IMAGE_MISSING: {
    short: 'Step image missing',
    title: 'The image of a step on its way is missing',
    next: 'Put the image of this step into the library. Without it the phone will not be ready.',
  },
  FIRMWARE_DOWNGRADE_BANNED: {
    short: 'No way back',
    title: 'It runs newer firmware and must not go back',
    next: 'Raise the target in its persistent profile, or allow newer versions or the downgrade there.',
    many: (count) => `${count} phones run newer firmware and must not go back`,
  },
  FIRMWARE_TARGET_BAD: {
    short: 'Bad firmware',
    title: 'Its wanted firmware is known to be bad',
    next: 'Choose another version in its persistent profile.',
  },
  FIRMWARE_NOT_TAKEN: {
    short: 'Firmware not taken',
    title: 'It came back with the old firmware',
    next: 'Check that the image fits this hardware, then unplug it and plug it in again.',
  },
  FIRMWARE_FILE_UNREADABLE: { title: 'The image file cannot be read', next: 'Check the path.' },
  FIRMWARE_FILE_EMPTY: { title: 'The image file is empty', next: 'Download it again.' },
  FIRMWARE_FILE_WRONG: { title: 'This file is no firmware image', next: 'Download it again, or unpack the archive first.' },
  FIRMWARE_VERSION_NEEDED: { title: 'The name does not say the version', next: 'Say the version, spelled as the phone states it.' },
  FIRMWARE_NAME_AMBIGUOUS: { title: 'Several endpoint packs know this image', next: 'Say which endpoint pack it is for.' },
  FIRMWARE_NAME_TAKEN: { title: 'Another file has this name and version', next: 'Compare the two, and remove the wrong one.' },
  FIRMWARE_VERSION_BAD: { title: 'This version is known to be bad', next: 'Add another version.' },
  FIRMWARE_VERSION_UNREAD: { title: 'This is no firmware version', next: 'Spell it as the phone states it.' },
  FIRMWARE_DISK_SMALL: { title: 'The disk is too small for this image', next: 'Remove images that are no longer needed.' },
  FIRMWARE_IN_REPOSITORY: { title: 'The image library lies in the repository', next: 'Choose another folder for it.' },
  FIRMWARE_NAME_UNKNOWN: {
    title: 'No endpoint pack knows this image',
    next: 'Name the models and the version, or name the file as the vendor ships it.',
  },
  STAGING_NOT_BACK: {
    short: 'Not back',
    title: 'It has not come back',
    next: 'Unplug it, then plug it in again.',
    many: (count) => `${count} phones have not come back`,
  },
  LINE_UNKNOWN: { title: 'No such line', next: 'Load the catalogue with this line, or leave the line empty.' },
  GROUP_UNKNOWN: { title: 'No such business group', next: 'Load the catalogue with this group.' },
  DEPARTMENT_UNKNOWN: { title: 'No such department', next: 'Load the catalogue with this department.' },
  PROFILE_UNKNOWN: { title: 'No such persistent profile', next: 'Load the catalogue with this profile.' },
  SETTING_UNKNOWN: { title: 'No such setting', next: 'Look it up in the settings of the endpoint pack.' },
  SETTING_INVALID: { title: 'The value does not fit this setting', next: 'Correct the value.' },
  SETTING_LOCKED: { title: 'A higher layer locked this setting', next: 'Unlock it there, or change it there.' },
  SETTING_RAW_LOCKED: {
    title: 'A raw line writes what a higher layer locked',
    next: 'Take the line out, or unlock the setting there.',
  },
  SETTING_LAYER_FORBIDDEN: { title: 'This setting may not be set at this layer', next: 'Set it at another layer.' },
  SETTING_ROLE_FORBIDDEN: { title: 'Your role may not change this setting here', next: 'Ask who administers it.' },
  LAYER_ROLE_FORBIDDEN: { title: 'Your role may not see this place', next: 'Ask who administers it.' },
  CSV_EMPTY: { title: 'The CSV has no rows', next: 'First line: the column names. Then one phone a line.' },
  CSV_COLUMN_UNKNOWN: { title: 'A column is not known', next: 'Rename or remove this column.' },
  CSV_COLUMN_TWICE: { title: 'A column stands there twice', next: 'Remove one of the two.' },
  CSV_COLUMN_MISSING: { title: 'The column mac is missing', next: 'Name the column with the MAC addresses "mac".' },
  CSV_QUOTES: { title: 'The quotes of this row do not pair', next: 'Close the quote, or double it where it belongs to the text.' },
  CSV_ROW_SHAPE: { title: 'The row has another number of fields than the first line', next: 'Check quotes and separators of this row.' },
  MAC_INVALID: { title: 'This is not a MAC address', next: 'Twelve hex digits, as printed on the label.' },
  MAC_DUPLICATE: { title: 'The same MAC stands in two rows', next: 'Remove one of the two.' },
  TIME_INVALID: { title: 'This is not an instant', next: 'Write it like 2026-11-24T08:00:00Z.' },
  WINDOW_INVALID: { title: 'The window ends before it starts', next: 'Correct windowStart and windowEnd.' },
  CATALOGUE_FIELD: { title: 'This cannot be saved', next: 'Correct the named field. Nothing was changed.' },
  CATALOGUE_INVALID: { title: 'The catalogue is not valid', next: 'Correct the named place and load it again. Nothing was changed.' },
  PACK_INVALID: {
    short: 'Pack not valid',
    title: 'An endpoint pack is not valid',
    next: 'Correct the named file. The other packs keep working.',
  },
  CONFIG_TOO_LONG: {
    short: 'Config too long',
    title: 'Its configuration is longer than the phone reads',
    next: 'Shorten the name, label or raw line that is told.',
  },
  CONFIG_UNWRITABLE: {
    short: 'Password cannot be written',
    title: 'Its configuration cannot say a user or password',
    next: 'Give the one that is told another value: the format of this family has no way to write a character of it.',
  },
  PACK_ZIP_INVALID: { title: 'This zip cannot be taken', next: 'Zip the folder of the pack with an ordinary archiver.' },
  PACK_CLASH: { title: 'It clashes with another endpoint pack', next: 'Take the model or the sample out of one of the two.' },
  PACK_UNKNOWN: { title: 'No such endpoint pack', next: 'Choose one from the list.' },
  PACK_VERSION_UNKNOWN: { title: 'No such version', next: 'Choose one from the list.' },
  PACK_VERSION_EXISTS: { title: 'This version is here already', next: 'Raise the revision in pack.yaml.' },
  PACK_MOVE_WHO: { title: 'Which phones are meant?', next: 'Choose phones, a business group, or all.' },
  PACK_IN_USE: { title: 'This version is in use', next: 'Move its phones first, or activate another version.' },
  BENCH_NO_INTERFACE: { title: 'No interface is chosen', next: 'Choose the interface of the lab LAN.' },
  BENCH_INTERFACE_UNKNOWN: { title: 'The chosen interface is gone', next: 'Choose another, or plug the adapter in again.' },
  BENCH_NO_ADDRESS: { title: 'The interface has no address', next: 'Give it one.' },
  BENCH_ADDRESS_NOT_HERE: { title: 'The address is not of this machine', next: 'Choose the interface instead.' },
  BENCH_LINK_DOWN: { title: 'The interface has no link', next: 'Plug the cable into the lab switch.' },
  BENCH_DEFAULT_ROUTE: {
    title: 'This interface looks like the office LAN',
    next: 'Choose the lab interface, or type the name of this one to allow it.',
  },
  BENCH_PORT_IN_USE: { title: 'Another program uses this port', next: 'End the other program, or choose another port.' },
  BENCH_NO_PRIVILEGE: { title: 'This user may not open this port', next: 'Allow it once with the command shown.' },
  BENCH_BIND_UNSUPPORTED: {
    title: 'A socket cannot be tied to one interface here',
    next: 'Install the optional part koffi, or give an address on purpose.',
  },
  BENCH_POOL_INVALID: { title: 'The address pool does not fit', next: "Choose addresses of the interface's network." },
  BENCH_ADDRESS_CHANGED: { title: 'The interface changed its address', next: 'Start again, or give the interface its old address back.' },
  TLS_CERTIFICATE_FAILED: { title: 'HTTPS has no certificate', next: 'Phones go on over HTTP. Free disk space, then start again.' },
  PHONE_UPLOAD_UNKNOWN: { title: 'The phone sent no such file', next: 'Look at the list again: older files make room for newer.' },
  DHCP_POOL_EMPTY: { short: 'No free address', title: 'No free address is left', next: 'Widen the pool, or unplug phones that are done.' },
  DHCP_FOREIGN_SERVER: {
    title: 'Another DHCP server answers here',
    next: 'Unplug it, or serve another interface. Offers go on when it is gone.',
  },
  DHCP_CONFIG_INVALID: { title: 'The DHCP settings are not valid', next: 'Correct the named place. Nothing was changed.' },
  SYNC_NOT_ENROLLED: { title: 'This bench is not enrolled', next: 'Create a code at the central store and start with it.' },
  SYNC_OFFLINE: { title: 'The central store cannot be reached', next: 'Nothing is lost: the tokens wait and are sent later.' },
  SYNC_CODE_INVALID: { title: 'The enrolment code is used up or unknown', next: 'Create a new code at the central store.' },
  STORE_UNAVAILABLE: { title: 'The disk refused to keep the change', next: 'Free disk space: Option66 goes on by itself.' },
  CLOCK_SET: {
    title: 'The clock of this machine was set: the bench goes on by the time before',
    next: 'Check the clock. If it is right now, take its time; else set it right.',
  },
  EXCHANGE_NO_FILE: {
    title: 'This is no file that bench and central store exchange',
    next: 'Reports go to the central store, receipts and enrolments come to the bench. Take the file as it was saved.',
  },
  EXCHANGE_NEWER: { title: 'The file is of a newer Option66', next: 'Bring bench and central store to the same version.' },
  EXCHANGE_WRONG_WAY: { title: 'The file goes the other way', next: 'Reports go to the central store, receipts come back to the bench.' },
  EXCHANGE_OTHER_BENCH: { title: 'The file belongs to another bench', next: 'Carry it to that bench, or export anew here.' },
  EXCHANGE_UNKNOWN_BENCH: { title: 'The central store does not know this bench', next: 'Make an enrolment file there and take it here.' },
  EXCHANGE_DAMAGED: { title: 'The file is damaged: nothing of it was taken', next: 'Copy it again, or export it anew.' },
  EXCHANGE_NOT_ENROLLED: {
    title: 'This bench has no central store that could open its reports',
    next: 'Make an enrolment file at the central store and take it here.',
  },
  STORE_SHORT: {
    title: 'Not accepting new phones: the disk has no room',
    next: 'Phones on their way finish. Free disk space: new ones are then taken by themselves.',
  },
  CENTRAL_DATABASE_DOWN: {
    title: 'The central store cannot use its database',
    next: 'Nothing is lost. Whoever runs the central store has to start it again.',
  },
  UPLOAD_UNKNOWN: { title: 'This upload has ended', next: 'Begin again.' },
  UPLOAD_GAP: { title: 'A part of the file is missing', next: 'Send it again from where it broke off.' },
  UPLOAD_TOO_LARGE: { title: 'The file is too large', next: 'Choose the image itself.' },
  UPLOAD_NAME: { title: 'This is no file name', next: 'Choose a file as the vendor ships it.' },
  UPLOAD_MANY: { title: 'Enough uploads are under way', next: 'Wait until one of them has ended.' },
  UPLOAD_SUM_WRONG: { title: 'The file came damaged', next: 'Send it again.' },
  STORE_FOLDER_UNUSABLE: { title: 'The data folder cannot be used', next: 'Free it as the bench says, or start with another folder.' },
  STORE_IN_USE: { title: 'Another Option66 uses this data folder', next: 'Close it, or start with another folder.' },
}

/** What can go wrong between the page and the bench, and what the bench says without a refusal. */
const pageWords: Record<string, RefusalWords> = {
  PAGE_CUT: { title: 'The bench does not answer', next: 'Is it still running? The page connects again by itself.' },
  BAD_REQUEST: { title: 'The bench did not understand this', next: 'Check what was typed.' },
  UNAUTHORIZED: { title: 'This browser is not signed in', next: 'Enter the key of the bench.' },
  INTERNAL_SERVER_ERROR: { title: 'Something broke inside the bench', next: 'Try again. Its log says more.' },
  STORE_KEYS_RESTORED: { title: 'A damaged key file was put back', next: 'Its copy is in place. Make a copy of the data folder now.' },
  STORE_RESTORED: { title: 'A damaged file was put aside', next: 'The last good state is back. Look at the phones staged last.' },
}

const UNKNOWN: RefusalWords = { title: 'This was refused', next: 'The log of the bench says more.' }

/** Words for any code, also for one of a newer bench. */
export function wordsOf(code: string): RefusalWords {
  return (refusalWords as Record<string, RefusalWords>)[code] ?? pageWords[code] ?? UNKNOWN
}

/** The same in the shape of a refused call. */
export function refusalTitle(code: string): { message: string; hint: string } {
  const { next, title } = wordsOf(code)
  return { message: title, hint: next }
}
