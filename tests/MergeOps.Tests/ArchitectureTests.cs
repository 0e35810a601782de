using System.Text.RegularExpressions;
using Xunit;

namespace MergeOps.Tests;

public sealed partial class ArchitectureTests
{
    /// <summary>The folders of the library in dependency order: a folder uses only folders above it.</summary>
    private static readonly string[] Folders =
    [
        "Diagnostics", "Tensors", "Http", "Methods", "Architectures", "Tokenizers", "Recipes", "HuggingFace", "Sources", "Planning", "Runtime", "Merging", "Models",
        "Evaluation", "Analysis", "Publishing", "Pipeline", "GitHub",
    ];

    [Fact]
    public void A_folder_uses_only_folders_above_it()
    {
        var library = Path.Combine(Repository.Root, "src", "MergeOps");
        var arrows =
            from file in Directory.EnumerateFiles(library, "*.cs", SearchOption.AllDirectories)
            let folder = Path.GetRelativePath(library, file).Split(Path.DirectorySeparatorChar)[0]
            where folder is not ("bin" or "obj")
            from match in UsedFolder().Matches(File.ReadAllText(file))
            select (file: Path.GetRelativePath(library, file), folder, used: match.Groups[1].Value);

        Assert.All(arrows, arrow =>
        {
            Assert.Contains(arrow.folder, Folders);
            Assert.True(
                Array.IndexOf(Folders, arrow.used) <= Array.IndexOf(Folders, arrow.folder),
                $"{arrow.file} lies in {arrow.folder} and uses {arrow.used}, which is below it");
        });
    }

    /// <summary>Whoever reads a file whole does it where pipes and devices are refused, or is named here with the reason.</summary>
    [Fact]
    public void Files_are_read_whole_in_one_place()
    {
        string[] others =
        [
            "PlainFile.cs", // the place
            "SourceFile.cs", // asks it first, and reads no more than a recipe has
            "NativeFiles.cs", "WeakenedBridge.cs", // what NuGet unpacked
            "StarterRepository.cs", "EvaluationHtml.cs", "MethodPage.cs", // in the program itself
        ];
        var library = Path.Combine(Repository.Root, "src", "MergeOps");
        var sources = Directory.EnumerateFiles(library, "*.cs", SearchOption.AllDirectories)
            .Where(file => !others.Contains(Path.GetFileName(file)) && !Path.GetRelativePath(library, file).StartsWith("obj", StringComparison.Ordinal));

        Assert.All(sources, file => Assert.DoesNotMatch(ReadsWhole(), File.ReadAllText(file)));
    }

    [GeneratedRegex(@"(?<!Plain)File\.(ReadAll|OpenRead|OpenText|ReadLines)|new StreamReader\(", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ReadsWhole();

    [GeneratedRegex(@"^using MergeOps\.(\w+)", RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex UsedFolder();
}
