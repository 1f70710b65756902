/** Parameter Store's limits. https://docs.aws.amazon.com/general/latest/gr/ssm.html#limits_ssm */

export const standardValueBytesMax = 4096;
export const advancedValueBytesMax = 8192;
export const levelsMax = 15;
export const nameCharactersMax = 1011;
export const versionsMax = 100;
export const labelsPerVersionMax = 10;
export const tagsPerParameterMax = 50;
export const standardParametersMax = 10_000;
export const pathPageMax = 10;
export const describedMax = 50;
export const describedDefault = 50;
