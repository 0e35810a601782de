using MergeOps.Cli;
using MergeOps.Cli.Failures;
using MergeOps.Cli.Rendering;
using MergeOps.Methods.Contract;
using MergeOps.Pipeline.Stages;
using MergeOps.Runtime;
using MergeOps.Tensors;

StandardStreams.Require();
if (args is [not ['-', ..] and var verb, ..])
{
    // most verbs ask for the methods; those that may load libtorch set the environment, which no other thread may read meanwhile
    Rehearsals.Start(verb is "validate" or "plan" ? ReadingCode.Rehearse : static () => _ = MethodCatalogue.Default);
}

return ProcessEnd.With(await Application.RunAsync(args, Screen.OfThisProcess(HostEnvironment.OfThisProcess())));
