using MergeOps.Cli;
using MergeOps.Cli.Failures;
using MergeOps.Cli.Rendering;
using MergeOps.Runtime;
using MergeOps.Tensors;

StandardStreams.Require();
return ProcessEnd.With(await Application.RunAsync(args, Screen.OfThisProcess(HostEnvironment.OfThisProcess())));
