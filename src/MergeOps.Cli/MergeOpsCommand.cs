using System.CommandLine;
using MergeOps.Cli.Verbs;
using MergeOps.Cli.Verbs.Cache;
using MergeOps.Cli.Verbs.Lora;
using MergeOps.Cli.Verbs.Torch;

namespace MergeOps.Cli;

/// <summary>The program's command line: every verb in the order in which the help shows them.</summary>
internal sealed class MergeOpsCommand : Command
{
    /// <summary>Creates the command line.</summary>
    public MergeOpsCommand()
        : base("mergeops", "Model merges as code: a recipe (YAML) says which models to merge and how.")
    {
        Add(Version);
        Add(Verbose);
        Add(Quiet);
        Add(Log);
        Add(Help);
        Add(new RunVerb());
        Add(new ValidateVerb());
        Add(new LockVerb());
        Add(new ImportVerb());
        Add(new LoraVerbs());
        Add(new PlanVerb());
        Add(new MeasureVerb());
        Add(new SearchVerb());
        Add(new MergeVerb());
        Add(new SlurmVerb());
        Add(new EvaluateVerb());
        Add(new PublishVerb());
        Add(new RollbackVerb());
        Add(new ExplainVerb());
        Add(new InspectVerb());
        Add(new AnalyzeVerb());
        Add(new AuditVerb());
        Add(new DiffVerb());
        Add(new VerifyVerb());
        Add(new DriftVerb());
        Add(new MethodsVerb());
        Add(new SchemaVerb());
        Add(new InitVerb());
        Add(new CiVerb());
        Add(new StatusVerb());
        Add(new MatrixVerb());
        Add(new CacheVerbs());
        Add(new TorchVerbs());
        Add(new DoctorVerb());
        Add(new HelpVerb());
        Add(new VersionVerb());
        foreach (var verb in Subcommands.Concat(Subcommands.SelectMany(family => family.Subcommands)))
        {
            verb.TreatUnmatchedTokensAsErrors = false;
        }

        TreatUnmatchedTokensAsErrors = false;
    }

    /// <summary>Shows the help of any verb.</summary>
    public Option<bool> Help { get; } = new("--help", "-h") { Description = "Show help", Recursive = true };

    /// <summary>Shows what needs no attention, too.</summary>
    public Option<bool> Verbose { get; } = new("--verbose") { Description = "Also list differences that change nothing", Recursive = true };

    /// <summary>Shows nothing but results, errors and warnings.</summary>
    public Option<bool> Quiet { get; } = new("--quiet", "-q") { Description = "Show only results, errors and warnings", Recursive = true };

    /// <summary>Takes every message.</summary>
    public Option<string?> Log { get; } = new("--log") { HelpName = "FILE", Description = "Also append every message to this file", Recursive = true };

    /// <summary>Shows the version.</summary>
    public Option<bool> Version { get; } = new("--version", "-v") { Description = "Show the version of this program" };
}
