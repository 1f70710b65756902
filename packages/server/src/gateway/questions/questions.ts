/** `POST /_sekisho/questions/…`: who may do what, answered from the live directory. */
import type { HttpRequest, HttpResponse } from '../../protocol/http.ts';
import type { DemandContext } from '../../services/service.ts';
import { json } from '../admin.ts';
import { authenticateOwn, checkOwn } from '../own-request.ts';
import type { GatewayParts } from '../parts.ts';
import { answerCan } from './can.ts';
import { answerCanWhat } from './can-what.ts';
import { type QuestionBody, questionBytesMax, readQuestion } from './question-body.ts';
import { answerWhoCan } from './who-can.ts';

interface Question {
  /** The texts that its body may have; each also takes `context`. */
  readonly members: readonly string[];
  readonly answer: (
    body: QuestionBody,
    asker: DemandContext,
    parts: GatewayParts,
  ) => Promise<object>;
}

const questions: ReadonlyMap<string, Question> = new Map<string, Question>([
  ['can', { members: ['principal', 'action', 'resource'], answer: answerCan }],
  ['who-can', { members: ['action', 'resource'], answer: answerWhoCan }],
  ['can-what', { members: ['principal', 'service'], answer: answerCanWhat }],
]);

const questionPath = /^questions\/([a-z-]{1,16})$/;

/** Whether the path is a question's. */
export function isQuestion({ method }: HttpRequest, path: string): boolean {
  return method === 'POST' && questions.has(questionPath.exec(path)?.[1] ?? '');
}

/**
 * Answers a question. Needs `sekisho:AskQuestion` on `arn:…:sekisho:REGION:ACCOUNT:question/NAME`
 * in the asker's account. Throws ServiceError: 400 for what is no question, 403, 413.
 */
export async function answerQuestion(
  request: HttpRequest,
  path: string,
  parts: GatewayParts,
): Promise<HttpResponse> {
  const name = questionPath.exec(path)?.[1] ?? '';
  const question = questions.get(name);
  if (question === undefined) throw new Error(`no question ${name}`);
  const { context, body } = await authenticateOwn(request, parts, { bytesMax: questionBytesMax });
  const { partition, region, account } = context;
  const resource = `arn:${partition}:sekisho:${region}:${account}:question/${name}`;
  checkOwn('sekisho:AskQuestion', resource, context, parts);
  const asked = readQuestion(body, question.members);
  return json(200, await question.answer(asked, context, parts));
}
