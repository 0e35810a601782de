using MergeOps.Cli;
using MergeOps.Cli.Failures;
using MergeOps.Cli.Rendering;
using MergeOps.Runtime;

StandardStreams.Require();
return ProcessEnd.With(await Application.RunAsync(args, Screen.OfThisProcess()));
