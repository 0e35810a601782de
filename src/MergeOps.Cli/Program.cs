using MergeOps.Cli;
using MergeOps.Cli.Rendering;

return Application.Run(args, Screen.OfThisProcess());
