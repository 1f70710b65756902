/** What is missing and is no policy: repositories, log groups, parameters, secrets, VPC endpoints. */
import { logicalName, terraformName } from './place.ts';
import type { FixTemplate, TemplateEntry } from './template.ts';

function resource(
  name: string,
  command: readonly [command: string, options: readonly TemplateEntry[]],
  terraform: readonly [type: string, given: readonly TemplateEntry[]],
  cloudFormation: readonly [type: string, properties: readonly TemplateEntry[]],
): FixTemplate {
  return {
    command: command[0],
    options: command[1],
    terraform: { type: terraform[0], name: terraformName(name), arguments: terraform[1] },
    cloudFormation: {
      type: cloudFormation[0],
      name: logicalName(name),
      properties: cloudFormation[1],
    },
  };
}

export function repository(name: string): FixTemplate {
  return resource(
    name,
    ['ecr create-repository', [['repository-name', name]]],
    ['aws_ecr_repository', [['name', name]]],
    ['AWS::ECR::Repository', [['RepositoryName', name]]],
  );
}

/** A tag of an image that is there, as a further one. */
export function logGroup(name: string): FixTemplate {
  return resource(
    name,
    ['logs create-log-group', [['log-group-name', name]]],
    ['aws_cloudwatch_log_group', [['name', name]]],
    ['AWS::Logs::LogGroup', [['LogGroupName', name]]],
  );
}

/** CloudFormation makes no SecureString. */
export function parameter(name: string): FixTemplate {
  return resource(
    name,
    [
      'ssm put-parameter',
      [
        ['name', name],
        ['type', 'SecureString'],
        ['value', 'VALUE'],
      ],
    ],
    [
      'aws_ssm_parameter',
      [
        ['name', name],
        ['type', 'SecureString'],
        ['value', 'VALUE'],
      ],
    ],
    [
      'AWS::SSM::Parameter',
      [
        ['Name', name],
        ['Type', 'String'],
        ['Value', 'VALUE'],
      ],
    ],
  );
}

export function secret(name: string): FixTemplate {
  return resource(
    name,
    [
      'secretsmanager create-secret',
      [
        ['name', name],
        ['secret-string', 'VALUE'],
      ],
    ],
    ['aws_secretsmanager_secret', [['name', name]]],
    [
      'AWS::SecretsManager::Secret',
      [
        ['Name', name],
        ['SecretString', 'VALUE'],
      ],
    ],
  );
}

/** A value of the secret with a member of that name; the other members have to be in it too. */
export function secretMember(arn: string, jsonKey: string): FixTemplate {
  const value = JSON.stringify({ [jsonKey]: 'VALUE' });
  return resource(
    `secret_${jsonKey}`,
    [
      'secretsmanager put-secret-value',
      [
        ['secret-id', arn],
        ['secret-string', value],
      ],
    ],
    [
      'aws_secretsmanager_secret_version',
      [
        ['secret_id', arn],
        ['secret_string', { json: { [jsonKey]: 'VALUE' } }],
      ],
    ],
    ['AWS::SecretsManager::Secret', [['SecretString', value]]],
  );
}

/** An interface endpoint with private DNS. `service`: `com.amazonaws.us-east-1.ecr.dkr`. */
export function interfaceEndpoint(
  service: string,
  vpcId: string,
  subnetIds: readonly string[],
): FixTemplate {
  return resource(
    service.slice(service.indexOf('.', 'com.amazonaws.'.length) + 1),
    [
      'ec2 create-vpc-endpoint',
      [
        ['vpc-id', vpcId],
        ['vpc-endpoint-type', 'Interface'],
        ['service-name', service],
        ['subnet-ids', subnetIds],
        ['private-dns-enabled', true],
      ],
    ],
    [
      'aws_vpc_endpoint',
      [
        ['vpc_id', vpcId],
        ['vpc_endpoint_type', 'Interface'],
        ['service_name', service],
        ['subnet_ids', subnetIds],
        ['private_dns_enabled', true],
      ],
    ],
    [
      'AWS::EC2::VPCEndpoint',
      [
        ['VpcId', vpcId],
        ['VpcEndpointType', 'Interface'],
        ['ServiceName', service],
        ['SubnetIds', subnetIds],
        ['PrivateDnsEnabled', true],
      ],
    ],
  );
}

/** A gateway endpoint in a route table. `service`: `com.amazonaws.us-east-1.s3`. */
export function gatewayEndpoint(
  service: string,
  vpcId: string,
  routeTableIds: readonly string[],
): FixTemplate {
  return resource(
    service.slice(service.lastIndexOf('.') + 1),
    [
      'ec2 create-vpc-endpoint',
      [
        ['vpc-id', vpcId],
        ['vpc-endpoint-type', 'Gateway'],
        ['service-name', service],
        ['route-table-ids', routeTableIds],
      ],
    ],
    [
      'aws_vpc_endpoint',
      [
        ['vpc_id', vpcId],
        ['vpc_endpoint_type', 'Gateway'],
        ['service_name', service],
        ['route_table_ids', routeTableIds],
      ],
    ],
    [
      'AWS::EC2::VPCEndpoint',
      [
        ['VpcId', vpcId],
        ['VpcEndpointType', 'Gateway'],
        ['ServiceName', service],
        ['RouteTableIds', routeTableIds],
      ],
    ],
  );
}

/** A task run again in other subnets. */
export function taskInSubnets(
  cluster: string,
  taskDefinition: string,
  subnetIds: readonly string[],
): FixTemplate {
  const network = { awsvpcConfiguration: { subnets: subnetIds } };
  return resource(
    taskDefinition.slice(taskDefinition.lastIndexOf('/') + 1),
    [
      'ecs run-task',
      [
        ['cluster', cluster],
        ['task-definition', taskDefinition],
        ['launch-type', 'FARGATE'],
        ['network-configuration', { json: network }],
      ],
    ],
    [
      'aws_ecs_service',
      [
        ['name', taskDefinition.split(':', 1)[0] ?? taskDefinition],
        ['cluster', cluster],
        ['task_definition', taskDefinition],
        ['network_configuration', { block: [['subnets', subnetIds]] }],
      ],
    ],
    [
      'AWS::ECS::Service',
      [
        ['Cluster', cluster],
        ['TaskDefinition', taskDefinition],
        ['NetworkConfiguration', { json: { AwsvpcConfiguration: { Subnets: subnetIds } } }],
      ],
    ],
  );
}

/** A value of the task definition's container: the command lists what there is to choose from. */
export function containerValue(
  list: readonly [command: string, options: readonly TemplateEntry[]],
  family: string,
  container: object,
  properties: object,
): FixTemplate {
  return resource(
    family,
    list,
    [
      'aws_ecs_task_definition',
      [
        ['family', family],
        ['container_definitions', { json: [container] }],
      ],
    ],
    [
      'AWS::ECS::TaskDefinition',
      [
        ['Family', family],
        ['ContainerDefinitions', { json: [properties] }],
      ],
    ],
  );
}

/** GitHub's OIDC provider, with the audience of AWS's own action. */
export function oidcProvider(url: string, audience: string): FixTemplate {
  return resource(
    'github',
    [
      'iam create-open-id-connect-provider',
      [
        ['url', url],
        ['client-id-list', [audience]],
      ],
    ],
    [
      'aws_iam_openid_connect_provider',
      [
        ['url', url],
        ['client_id_list', [audience]],
      ],
    ],
    [
      'AWS::IAM::OIDCProvider',
      [
        ['Url', url],
        ['ClientIdList', [audience]],
      ],
    ],
  );
}

/** A further audience of an OIDC provider. */
export function oidcAudience(arn: string, url: string, audience: string): FixTemplate {
  return {
    ...oidcProvider(url, audience),
    command: 'iam add-client-id-to-open-id-connect-provider',
    options: [
      ['open-id-connect-provider-arn', arn],
      ['client-id', audience],
    ],
  };
}

/** The role in the instance profile of its launcher. */
export function roleInProfile(profile: string, role: string, exists: boolean): FixTemplate {
  return resource(
    profile,
    exists
      ? [
          'iam add-role-to-instance-profile',
          [
            ['instance-profile-name', profile],
            ['role-name', role],
          ],
        ]
      : ['iam create-instance-profile', [['instance-profile-name', profile]]],
    [
      'aws_iam_instance_profile',
      [
        ['name', profile],
        ['role', role],
      ],
    ],
    [
      'AWS::IAM::InstanceProfile',
      [
        ['InstanceProfileName', profile],
        ['Roles', [role]],
      ],
    ],
  );
}

export function cluster(name: string): FixTemplate {
  return resource(
    name,
    ['ecs create-cluster', [['cluster-name', name]]],
    ['aws_ecs_cluster', [['name', name]]],
    ['AWS::ECS::Cluster', [['ClusterName', name]]],
  );
}

export function service(name: string, clusterName: string, taskDefinition: string): FixTemplate {
  return resource(
    name,
    [
      'ecs create-service',
      [
        ['cluster', clusterName],
        ['service-name', name],
        ['task-definition', taskDefinition],
        ['desired-count', 1],
        ['launch-type', 'FARGATE'],
        ['network-configuration', 'awsvpcConfiguration={subnets=[SUBNET]}'],
      ],
    ],
    [
      'aws_ecs_service',
      [
        ['name', name],
        ['cluster', clusterName],
        ['task_definition', taskDefinition],
        ['desired_count', 1],
        ['launch_type', 'FARGATE'],
        ['network_configuration', { block: [['subnets', ['SUBNET']]] }],
      ],
    ],
    [
      'AWS::ECS::Service',
      [
        ['ServiceName', name],
        ['Cluster', clusterName],
        ['TaskDefinition', taskDefinition],
        ['DesiredCount', 1],
        ['LaunchType', 'FARGATE'],
        ['NetworkConfiguration', { json: { AwsvpcConfiguration: { Subnets: ['SUBNET'] } } }],
      ],
    ],
  );
}
