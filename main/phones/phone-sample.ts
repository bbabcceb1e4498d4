import { parse } from 'yaml'
import { z } from 'zod'

/**
 * What a real phone of one family does, as data: `packs/<vendor>/<family>/samples/phone.yaml`. Taken from captured requests and vendor documents,
 * not from the patterns the server matches with. Placeholders in texts: `{mac}` `{MAC}` bare, `{mac:}` `{MAC:}` with colons, `{mac-}` `{MAC-}` with hyphens,
 * `{agent}` the model as the header spells it, `{agentLower}`, `{model}`, `{version}` what runs, `{updater}`, `{code}`, `{part}`, `{serial}`.
 */
const text = z.string().min(1)
const optionNumber = z.number().int().min(1).max(254)

const modelSchema = z.strictObject({
  /** The model as User-Agent and host name spell it. */
  agent: text,
  code: text.nullable().default(null),
  part: text.nullable().default(null),
  serial: text.nullable().default(null),
  /** Version an unopened unit runs. */
  firmware: text,
  /** Version of the boot program that takes the firmware, where the family has one. */
  updater: text.nullable().default(null),
})

const stepSchema = z.discriminatedUnion('do', [
  /** Ask in this order; the first one found lists the configs to fetch, and every step with `unlessBoot` is left out. */
  z.strictObject({ do: z.literal('boot'), ask: z.array(text).min(1), as: z.enum(['application', 'updater']).default('application') }),
  /** Ask in this order; the first one found names application and config files. A base URL that names a file is asked first. */
  z.strictObject({ do: z.literal('master'), ask: z.array(text).min(1), as: z.enum(['application', 'updater']).default('application') }),
  /** One config: the first of `ask` that is found is applied. */
  z.strictObject({
    do: z.literal('config'),
    ask: z.array(text).min(1),
    unlessBoot: z.boolean().default(false),
    as: z.enum(['application', 'updater']).default('application'),
  }),
  /** The files whose URLs stand in these config keys, as far as any is set: what was read in this round, else what is stored. */
  z.strictObject({
    do: z.literal('follow'),
    keys: z.array(text).min(1),
    as: z.enum(['application', 'updater']).default('application'),
  }),
  /** Every file the master lists, in its order. */
  z.strictObject({ do: z.literal('listed'), as: z.enum(['application', 'updater']).default('application') }),
  /**
   * Firmware: from the config key that names its URL, or from the master, where `{file}` and `{folder}` stand for the path it gives; `name`: fixed names beside
   * the configuration, or below the URL in the config key.
   */
  z.strictObject({
    do: z.literal('firmware'),
    from: z.enum(['config', 'master', 'name']),
    ask: z.array(text).min(1),
    as: z.enum(['application', 'updater']).default('application'),
  }),
  /** Fetched and not understood: licence, directory. The first found is enough. */
  z.strictObject({ do: z.literal('resource'), ask: z.array(text).min(1), as: z.enum(['application', 'updater']).default('application') }),
  /** Sent with PUT; a server that refuses is not minded. */
  z.strictObject({ do: z.literal('upload'), name: text, as: z.enum(['application', 'updater']).default('application') }),
])

export type SampleStep = z.infer<typeof stepSchema>

export const phoneSampleSchema = z.strictObject({
  sample: z.literal(1),
  pack: z.string().regex(/^[a-z0-9-]+\/[a-z0-9-]+$/),
  /** First MAC that fake phones of this family take; its first six digits are the vendor's. */
  firstMac: z.string().regex(/^[0-9a-f]{12}$/),
  models: z.record(text, modelSchema),
  dhcp: z.strictObject({
    /** null = it sends none. */
    vendorClass: z.union([
      z.null(),
      z.strictObject({ text }),
      /** RFC 3925-like blocks: enterprise number, then text by sub-item code. */
      z.strictObject({ enterprise: z.number().int().min(1), items: z.record(z.string().regex(/^\d+$/), text) }),
    ]),
    parameterRequestList: z.array(optionNumber).min(1),
    hostName: text.nullable(),
    /** Options that name the server, best first. */
    serverOptions: z.array(optionNumber).min(1),
    /** Those of them whose value is a list of 4-byte addresses (option 150), each a bare host. */
    addressOptions: z.array(optionNumber).default([]),
    /** Without any of them and without a stored URL: ask again with INFORM. */
    inform: z.boolean(),
    /** What a value without a scheme means. */
    bareHost: z.enum(['tftp', 'http']),
  }),
  /** Forms seen in the field; each phone keeps to one. */
  agents: z.strictObject({
    /** None: it sends no User-Agent. */
    application: z.array(text),
    updater: z.array(text).default([]),
    /** Forms used instead while this config key is 1. */
    tagged: z
      .strictObject({ key: text, application: z.array(text).min(1), updater: z.array(text).default([]) })
      .nullable()
      .default(null),
  }),
  http: z.strictObject({
    /** Credentials are sent only after a 401. */
    credentials: z.literal('after-401'),
    /** What it answers a challenge with, best first; a 401 that offers none of them is like one without stored credentials. */
    schemes: z
      .array(z.enum(['basic', 'digest']))
      .min(1)
      .default(['basic']),
    /** A 401 without stored credentials shows a login prompt and ends the attempt. */
    loginPrompt: z.boolean(),
  }),
  tftp: z
    .strictObject({
      /** Options beside blksize and tsize in each request, such as `grandstream_MODEL`. */
      options: z.record(text, text).default({}),
    })
    .default({ options: {} }),
  round: z.array(stepSchema).min(1),
  config: z.strictObject({
    /**
     * How a file is read into keys and values. `xml`: attributes, element names are free. `xml-elements`: elements and their text, with an attribute `idx` or
     * `index` the key is `name.idx`. `xml-named`: what an attribute `name` or `id` says, with the attribute `value` or the text; nested names are joined by
     * dots. `xml-paths`: names below the root joined by `/`, an attribute `index` in brackets. `json`: names joined by dots. `colon`: `key: value`; `quoted`:
     * `NAME="value"`.
     */
    syntax: z.enum(['ini', 'xml', 'xml-elements', 'xml-named', 'xml-paths', 'json', 'colon', 'quoted']),
    /** What the phone puts in place of such words in a URL that a config names. */
    macros: z.record(text, text).default({}),
    /** A file that does not begin with this line is ignored. */
    firstLine: text.nullable().default(null),
    /** Value that takes a key back to its factory setting. */
    resetValue: text.nullable().default(null),
    /** Which file wins when two of one round state the same key. */
    wins: z.enum(['first', 'last']),
    /** Keys below `prefix` count only when `<key><suffix>` is 1 and `master` is 1. */
    setFlags: z.strictObject({ prefix: text, suffix: text, master: text }).nullable().default(null),
    keys: z.strictObject({
      /** null = it keeps no URL of ours: its server comes from DHCP at every start. */
      url: text.nullable(),
      /** Key that holds the scheme when the URL key holds none. */
      scheme: text.nullable().default(null),
      /** What values of the scheme key mean: `{ "1": http }`; without an entry the value is the scheme. */
      schemes: z.record(z.string(), text).default({}),
      /** Keys that hold port and path where the URL key holds the host alone. */
      urlPort: text.nullable().default(null),
      urlPath: text.nullable().default(null),
      /** null = user and password stand in the URL, as `http://user:password@…` or `[--uid user --pwd password]http://…`. */
      user: text.nullable().default(null),
      password: text.nullable().default(null),
      firmwareUrl: text.nullable().default(null),
      /** The firmware key names a small file, or the folder where it lies under `name`; the image's URL stands in this key of it. */
      firmwareDescriptor: z
        .strictObject({ syntax: z.enum(['xml-elements', 'ini', 'colon']), key: text, name: text.nullable().default(null) })
        .nullable()
        .default(null),
      /** Key that must have one of `pollOnValues`; null = it polls when `pollEvery` is more than 0. */
      pollOn: text.nullable().default(null),
      pollOnValues: z.array(z.string()).default(['1']),
      pollEvery: text.nullable().default(null),
      pollUnit: z.enum(['minutes', 'seconds', 'hours']).default('minutes'),
      /** Account 1; null = it takes none from us (firmware only). */
      account: text.nullable(),
    }),
  }),
  reboots: z.strictObject({
    /** After it took firmware. */
    afterFirmware: z.boolean(),
    /** Keys whose change restarts it; empty where nothing is known. */
    onChangeOf: z.array(text).default([]),
  }),
})

export type PhoneSample = z.infer<typeof phoneSampleSchema>

/** Reads the text of a `phone.yaml`; throws with every problem named. */
export function readPhoneSample(source: string): PhoneSample {
  const parsed = phoneSampleSchema.safeParse(parse(source))
  if (parsed.success) return parsed.data
  throw new Error(parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('\n'))
}
