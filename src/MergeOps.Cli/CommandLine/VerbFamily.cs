using System.CommandLine;

namespace MergeOps.Cli.CommandLine;

/// <summary>A word of the command line that says what its verbs are about, and does nothing itself.</summary>
internal abstract class VerbFamily : Command
{
    /// <summary>Creates the family.</summary>
    protected VerbFamily(string name, string summary, params IEnumerable<Verb> verbs)
        : base(name, summary)
    {
        foreach (var verb in verbs)
        {
            Add(verb);
        }
    }
}
