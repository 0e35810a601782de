using MergeOps.Cli;
using MergeOps.Cli.Failures;
using MergeOps.Cli.Rendering;
using MergeOps.Pipeline.Stages;
using MergeOps.Runtime;
using MergeOps.Tensors;

StandardStreams.Require();
if (args is ["validate" or "plan", ..])
{
    // not for verbs that load libtorch: they set the environment, which no other thread may read meanwhile
    Rehearsals.Start(ReadingCode.Rehearse);
}

return ProcessEnd.With(await Application.RunAsync(args, Screen.OfThisProcess(HostEnvironment.OfThisProcess())));
