/** The services that this server runs. */
import { withInstanceMetadata } from '../endpoints/imds/index.ts';
import { withTaskLauncher } from '../endpoints/tasks/index.ts';
import { createCloudWatchService } from '../services/cloudwatch/index.ts';
import { createEc2Service } from '../services/ec2/index.ts';
import { createEcrService } from '../services/ecr/index.ts';
import { createEcsService } from '../services/ecs/index.ts';
import { createIamService } from '../services/iam/index.ts';
import { createKmsService } from '../services/kms/index.ts';
import { createLogsService } from '../services/logs/index.ts';
import { createS3Service } from '../services/s3/index.ts';
import { createSecretsManagerService } from '../services/secretsmanager/index.ts';
import type { Service } from '../services/service.ts';
import { createSsmService } from '../services/ssm/index.ts';
import { createStsService } from '../services/sts/index.ts';

/** Loads every service's model and facts. */
export async function createServices(): Promise<readonly Service[]> {
  return await Promise.all([
    createIamService(),
    createStsService(),
    createEc2Service().then(withInstanceMetadata),
    createS3Service(),
    createCloudWatchService(),
    createKmsService(),
    createSecretsManagerService(),
    createSsmService(),
    createLogsService(),
    createEcrService(),
    createEcsService().then(withTaskLauncher),
  ]);
}
