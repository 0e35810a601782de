using MergeOps.Cli;
using MergeOps.Cli.Failures;
using MergeOps.Cli.Rendering;
using MergeOps.Pipeline.Stages;
using MergeOps.Runtime;
using MergeOps.Tensors;

StandardStreams.Require();
if (args is [not ['-', ..], ..])
{
    // most verbs read recipes
    Rehearsals.Start(ReadingCode.Rehearse);
}

return ProcessEnd.With(await Application.RunAsync(args, Screen.OfThisProcess(HostEnvironment.OfThisProcess())));
