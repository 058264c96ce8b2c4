// The three parts of a re-encryption, played by Salus (a process that answers line by line) or by
// umbral-pre. What passes between them is bytes, as hexadecimal text.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

export type Terms = {
  threshold: number;
  shares: number;
  nameDelegating: boolean;
  nameReceiving: boolean;
};
export type Delegated = {
  delegatingKey: string;
  verifyingKey: string;
  capsule: string;
  ciphertext: string;
  fragments: string[];
};
export interface Party {
  delegate(receivingKey: string, plain: string, terms: Terms): Promise<Delegated>;
  // The given fragments alone; their answers.
  reencrypt(it: Delegated, receivingKey: string, fragments: string[]): Promise<string[]>;
  open(it: Delegated, receivingSecret: string, answers: string[]): Promise<string>;
}

// What is used of umbral-pre. Not its own declarations: the package may be absent.
type Key = { toCompressedBytes(): Uint8Array };
type Secret = { publicKey(): Key; toBEBytes(): Uint8Array };
type Encoded = { toBytes(): Uint8Array };
type Checked<T> = { verify(...keys: unknown[]): T };
type Factory = {
  makeKey(label: Uint8Array): Secret;
  makeSecret(label: Uint8Array): Uint8Array;
  makeFactory(label: Uint8Array): Factory;
};
export type UmbralPre = {
  SecretKey: { random(): Secret; fromBEBytes(bytes: Uint8Array): Secret };
  PublicKey: { fromCompressedBytes(bytes: Uint8Array): Key };
  Signer: new (secret: Secret) => { verifyingKey(): Key };
  Capsule: { fromBytes(bytes: Uint8Array): Encoded };
  KeyFrag: { fromBytes(bytes: Uint8Array): Checked<Encoded> };
  CapsuleFrag: { fromBytes(bytes: Uint8Array): Checked<Encoded> };
  SecretKeyFactory: { fromSecureRandomness(seed: Uint8Array): Factory };
  encrypt(key: Key, plain: Uint8Array): [Encoded, Uint8Array];
  generateKFrags(...all: unknown[]): Encoded[];
  reencrypt(capsule: Encoded, fragment: Encoded): Encoded;
  decryptReencrypted(...all: unknown[]): Uint8Array;
};

export function umbralPre(): UmbralPre | undefined {
  try {
    return createRequire(import.meta.url)('@nucypher/umbral-pre') as UmbralPre;
  } catch {
    return undefined;
  }
}

export const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
export const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'hex'));

export class Oracle implements Party {
  constructor(private readonly umbral: UmbralPre) {}

  private key(text: string) {
    return this.umbral.PublicKey.fromCompressedBytes(bytes(text));
  }

  async delegate(receivingKey: string, plain: string, terms: Terms): Promise<Delegated> {
    const { SecretKey, Signer, encrypt, generateKFrags } = this.umbral;
    const delegating = SecretKey.random();
    const signer = new Signer(SecretKey.random());
    const [capsule, ciphertext] = encrypt(delegating.publicKey(), bytes(plain));
    const { threshold, shares, nameDelegating, nameReceiving } = terms;
    const fragments = generateKFrags(
      delegating,
      this.key(receivingKey),
      signer,
      threshold,
      shares,
      nameDelegating,
      nameReceiving,
    );
    return {
      delegatingKey: hex(delegating.publicKey().toCompressedBytes()),
      verifyingKey: hex(signer.verifyingKey().toCompressedBytes()),
      capsule: hex(capsule.toBytes()),
      ciphertext: hex(ciphertext),
      fragments: fragments.map((fragment) => hex(fragment.toBytes())),
    };
  }

  async reencrypt(it: Delegated, receivingKey: string, fragments: string[]): Promise<string[]> {
    const capsule = this.umbral.Capsule.fromBytes(bytes(it.capsule));
    return fragments.map((text) => {
      const verified = this.umbral.KeyFrag.fromBytes(bytes(text)).verify(
        this.key(it.verifyingKey),
        this.key(it.delegatingKey),
        this.key(receivingKey),
      );
      return hex(this.umbral.reencrypt(capsule, verified).toBytes());
    });
  }

  async open(it: Delegated, receivingSecret: string, answers: string[]): Promise<string> {
    const secret = this.umbral.SecretKey.fromBEBytes(bytes(receivingSecret));
    const capsule = this.umbral.Capsule.fromBytes(bytes(it.capsule));
    const delegating = this.key(it.delegatingKey);
    const verified = answers.map((text) =>
      this.umbral.CapsuleFrag.fromBytes(bytes(text)).verify(
        capsule,
        this.key(it.verifyingKey),
        delegating,
        secret.publicKey(),
      ),
    );
    const plain = this.umbral.decryptReencrypted(
      secret,
      delegating,
      capsule,
      verified,
      bytes(it.ciphertext),
    );
    return hex(plain);
  }
}

type Answer = { error?: string } & Record<string, unknown>;

export class Salus implements Party {
  private readonly process;
  private readonly lines;

  constructor(tool: string) {
    this.process = spawn(tool, [], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.lines = createInterface({ input: this.process.stdout })[Symbol.asyncIterator]();
  }

  end() {
    this.process.stdin.end();
  }

  async ask(question: Record<string, unknown>): Promise<Answer> {
    this.process.stdin.write(`${JSON.stringify(question)}\n`);
    const { value } = await this.lines.next();
    const answer = JSON.parse(value ?? '{"error":"the tool ended"}') as Answer;
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer;
  }

  async delegate(receivingKey: string, plain: string, terms: Terms): Promise<Delegated> {
    const answer = await this.ask({ do: 'delegate', receivingKey, plain, ...terms });
    return answer as unknown as Delegated;
  }

  async reencrypt(it: Delegated, receivingKey: string, fragments: string[]): Promise<string[]> {
    const answer = await this.ask({ do: 'reencrypt', ...it, receivingKey, fragments });
    return answer.answers as string[];
  }

  async open(it: Delegated, receivingSecret: string, answers: string[]): Promise<string> {
    const answer = await this.ask({ do: 'open', ...it, receivingSecret, answers });
    return answer.plain as string;
  }
}
