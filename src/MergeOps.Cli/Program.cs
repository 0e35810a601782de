using MergeOps.Cli;
using MergeOps.Cli.Rendering;
using MergeOps.Merging;

return ProcessEnd.With(await Application.RunAsync(args, Screen.OfThisProcess()));
