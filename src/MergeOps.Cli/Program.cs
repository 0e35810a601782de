using MergeOps.Cli;
using MergeOps.Cli.Rendering;

return await Application.RunAsync(args, Screen.OfThisProcess());
