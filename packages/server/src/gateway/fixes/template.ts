/** A change to an account as data: what the AWS CLI, Terraform and CloudFormation each make of it. */

/** A text or number, a list, a JSON document (a policy), or a block of settings. */
export type TemplateValue =
  | string
  | number
  | boolean
  | readonly string[]
  | { readonly json: object }
  | { readonly block: readonly TemplateEntry[] };

/** A named value, in the order in which it is written. */
export type TemplateEntry = readonly [name: string, value: TemplateValue];

/** One change, three ways. An empty command or type: that tool has no word for it. */
export interface FixTemplate {
  /** `iam put-role-policy`. */
  readonly command: string;
  readonly options: readonly TemplateEntry[];
  readonly terraform: {
    readonly type: string;
    readonly name: string;
    readonly arguments: readonly TemplateEntry[];
  };
  readonly cloudFormation: {
    readonly type: string;
    readonly name: string;
    readonly properties: readonly TemplateEntry[];
  };
}

/** A sentence in both languages. */
export interface Text {
  readonly en: string;
  readonly ja: string;
}

/** A change as it is told: a sentence, and the three texts to be pasted ('' where there is none). */
export interface Fix {
  readonly text: Text;
  readonly cli: string;
  readonly terraform: string;
  readonly cloudFormation: string;
}
