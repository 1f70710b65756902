/** Real Terraform with a local mirror of the AWS provider, against one server. */
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type ClientResult,
  clientEnvironment,
  findProviderMirror,
  hasProgram,
  runClient,
  type Sekisho,
} from './harness.ts';

/** The mirror's folder; undefined (and said) where Terraform or the mirror is missing. */
export function findTerraform(): string | undefined {
  const mirror = hasProgram('terraform', 'version') ? findProviderMirror() : undefined;
  if (mirror === undefined) {
    console.warn('skipped: Terraform with a local mirror of the AWS provider');
  }
  return mirror;
}

/** The provider's own settings. */
export const awsProvider = `
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

provider "aws" {
  region                  = "us-east-1"
  skip_metadata_api_check = true
}
`;

/** A folder of configuration files, in which Terraform runs with the root key. */
export class TerraformFolder {
  readonly folder: string;
  readonly #environment: NodeJS.ProcessEnv;

  constructor(sekisho: Sekisho, mirror: string, files: Readonly<Record<string, string>>) {
    const count = Math.random().toString(36).slice(2);
    this.folder = join(sekisho.folder, `terraform-${count}`);
    mkdirSync(this.folder);
    const settings = join(this.folder, 'terraform.rc');
    writeFileSync(
      settings,
      `provider_installation {\n  filesystem_mirror {\n    path = "${mirror}"\n` +
        '    include = ["registry.terraform.io/hashicorp/*"]\n  }\n}\ndisable_checkpoint = true\n',
    );
    this.#environment = {
      ...clientEnvironment(sekisho),
      TF_CLI_CONFIG_FILE: settings,
      TF_IN_AUTOMATION: '1',
    };
    this.write(files);
  }

  write(files: Readonly<Record<string, string>>): void {
    for (const [name, text] of Object.entries(files)) {
      writeFileSync(join(this.folder, name), text);
    }
  }

  /** Must succeed: the output is printed when it does not. */
  run(...args: readonly string[]): ClientResult {
    const result = this.attempt(...args);
    if (result.code !== 0) console.warn(result.stdout, result.stderr);
    return result;
  }

  /** May fail. */
  attempt(...args: readonly string[]): ClientResult {
    const options = { env: this.#environment, folder: this.folder, milliseconds: 300_000 };
    return runClient('terraform', [...args, '-no-color'], options);
  }

  /** As `attempt`, while other things go on. */
  async start(...args: readonly string[]): Promise<ClientResult> {
    const child = spawn('terraform', [...args, '-no-color'], {
      env: this.#environment,
      cwd: this.folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [stdout, stderr] = await Promise.all(
      [child.stdout, child.stderr].map(async (stream) => {
        let text = '';
        for await (const chunk of stream.setEncoding('utf8')) text += String(chunk);
        return text;
      }),
    );
    const code =
      child.exitCode ??
      (await new Promise<number>((resolve) => {
        child.once('exit', (ended) => resolve(ended ?? 128));
      }));
    return { code, stdout: stdout ?? '', stderr: stderr ?? '' };
  }
}
