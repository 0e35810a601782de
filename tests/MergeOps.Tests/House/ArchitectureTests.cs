using System.Collections.Immutable;
using System.Text.RegularExpressions;
using ArchUnitNET.Domain;
using MergeOps.Cli;
using MergeOps.Cli.Verbs;
using MergeOps.Diagnostics;
using MergeOps.Forges;
using MergeOps.GitHub.Client;
using MergeOps.GitHub.Handlers;
using MergeOps.Tensors;
using Xunit;

namespace MergeOps.Tests.House;

/// <summary>The order of the house, read from the compiled types: what stands in a method's body counts as much as what stands in a signature.</summary>
public sealed partial class ArchitectureTests
{
    /// <summary>The folders of the library in dependency order: a folder uses only folders above it. Those that nobody has made yet keep their place.</summary>
    private static readonly ImmutableArray<string> Folders =
    [
        "Diagnostics", "Tensors", "Http", "Methods", "Architectures", "Tokenizers", "Recipes", "HuggingFace", "Sources", "Planning", "Runtime",
        "Merging", "Models", "Evaluation", "Calibration", "Analysis", "Search", "Provenance", "Publishing", "Pipeline", "Forges", "GitHub",
        // the list of plug-ins, which the build writes and nothing uses
        "",
    ];

    /// <summary>Members that ask the process for variables, folders, the time or the console.</summary>
    private static readonly ImmutableArray<string> OfTheEnvironment =
    [
        "System.Environment::GetEnvironmentVariable", "System.Environment::GetEnvironmentVariables", "System.Environment::ExpandEnvironmentVariables",
        "System.Environment::SetEnvironmentVariable", "System.Environment::GetFolderPath", "System.Environment::set_CurrentDirectory",
        "System.Environment::get_UserName", "System.IO.Directory::SetCurrentDirectory", "System.IO.Path::GetTempPath", "System.IO.Path::GetTempFileName",
        "System.DateTime::get_Now", "System.DateTime::get_UtcNow", "System.DateTime::get_Today", "System.DateTimeOffset::get_Now",
        "System.DateTimeOffset::get_UtcNow", "System.TimeProvider::get_System", "System.Console::",
    ];

    /// <summary>Who may ask the process, and why.</summary>
    private static readonly ImmutableDictionary<string, string> MayAskForIt = ImmutableDictionary.CreateRange(
    [
        KeyValuePair.Create("MergeOps.Tensors.HostEnvironment", "makes the value"),
        KeyValuePair.Create("MergeOps.Cli.Rendering.Screen", "opens the console's streams for the command line"),
        KeyValuePair.Create("MergeOps.Cli.Rendering.AnsiScreen", "asks the console what it can show"),
        KeyValuePair.Create("MergeOps.Runtime.NativeEnvironment", "sets what libtorch reads while it loads"),
    ]);

    [Fact]
    public void A_folder_uses_only_folders_above_it()
    {
        Assert.All(CompiledTypes.Library.Types, type => Assert.True(
            Folders.Contains(FolderOf(type.Namespace.FullName)), $"{type.FullName} lies in none of the folders"));
        Assert.Equal("MergeOps.PlugIns", Assert.Single(CompiledTypes.Library.Types, type => FolderOf(type.Namespace.FullName).Length == 0).FullName);
        Assert.All(CompiledTypes.Library.Uses, use =>
        {
            var (folder, used) = (FolderOf(use.Namespace), FolderOf(use.UsedNamespace));
            Assert.True(
                Folders.IndexOf(used) <= Folders.IndexOf(folder), $"{use} lies in {folder} and uses {used}, which is below it");
        });
    }

    /// <summary>What the journeys of pull requests need of a forge stands in <c>Forges</c>, and GitHub's client implements it; the command line makes one.</summary>
    [Fact]
    public void Journeys_of_pull_requests_know_no_client_of_a_forge()
    {
        var client = typeof(GitHubRepository).Namespace!;
        var ofTheLibrary = CompiledTypes.Library.Uses.Where(use => use.UsedNamespace == client).ToList();
        var ofTheCommandLine = CompiledCalls.In(typeof(Application)).Where(call => call.Member.StartsWith($"{client}.", StringComparison.Ordinal)).Select(call => call.Caller).Distinct();

        Assert.Empty(ofTheLibrary);
        Assert.Equal([typeof(WorkflowStart).FullName!], ofTheCommandLine);
        Assert.Contains(CompiledTypes.Library.Uses, use => use.Type == typeof(GitHubRepository).FullName && use.Used == typeof(IForge).FullName);
        Assert.Contains(CompiledTypes.Library.Uses, use => use.Namespace == typeof(WorkflowHandlers).Namespace && use.Used == typeof(IPullRequests).FullName);
    }

    [Fact]
    public void No_namespaces_of_the_library_form_a_circle() =>
        Assert.All(CompiledTypes.Library.Circles, circle => Assert.Fail(circle.ToString()));

    [Fact]
    public void No_namespaces_of_the_command_line_form_a_circle() =>
        Assert.All(CompiledTypes.CommandLine.Circles, circle => Assert.Fail(circle.ToString()));

    [Fact]
    public void Classes_that_nobody_derives_from_are_sealed()
    {
        Class[] classes = [.. CompiledTypes.Library.Types.Concat(CompiledTypes.CommandLine.Types).OfType<Class>()];
        var bases = classes.Select(type => type.BaseClass?.FullName).ToHashSet(StringComparer.Ordinal);

        Assert.NotEmpty(classes);
        Assert.All(
            classes.Where(type => type.IsAbstract is false && !bases.Contains(type.FullName)),
            type => Assert.True(type.IsSealed, $"{type.FullName} is not sealed"));
    }

    [Theory]
    [InlineData("Field")]
    [InlineData("Signature")]
    [InlineData("Body")]
    [InlineData("Lambda")]
    [InlineData("Iterator")]
    [InlineData("Waiting")]
    [InlineData("TypeArgument")]
    public void A_use_is_found_wherever_it_stands(string place) =>
        Assert.Contains(CompiledTypes.Samples.Uses, use => use.Type.Contains($".{place}", StringComparison.Ordinal) && use.UsedNamespace.EndsWith(".Used", StringComparison.Ordinal));

    [Fact]
    public void Namespaces_that_use_each_other_are_a_circle() =>
        Assert.Equal(
            [$"{typeof(Samples.Field).Namespace}", $"{typeof(Samples.Used.Thing).Namespace}"],
            Assert.Single(CompiledTypes.Samples.Circles).Namespaces);

    [Fact]
    public void Nobody_but_the_environment_itself_asks_the_process_for_it()
    {
        var calls = CompiledCalls.In(typeof(MergeOpsException)).Concat(CompiledCalls.In(typeof(Application))).ToList();

        Assert.Contains(calls, call => call.Caller == typeof(HostEnvironment).FullName && call.Member == "System.Environment::GetEnvironmentVariables");
        Assert.All(
            calls.Where(call => OfTheEnvironment.Any(asked => asked.EndsWith("::", StringComparison.Ordinal) ? call.Member.StartsWith(asked, StringComparison.Ordinal) : call.Member == asked)),
            call => Assert.True(MayAskForIt.ContainsKey(call.Caller), $"{call.Caller} uses {call.Member}"));
    }

    [Fact]
    public void A_method_that_is_handed_on_counts_as_one_that_is_called() =>
        Assert.Contains(CompiledCalls.In(typeof(ArchitectureTests)), call => call is { Caller: "MergeOps.Tests.House.ArchitectureTests", Member: "System.Environment::GetEnvironmentVariable" });

    /// <summary>The sample of a method that is handed on.</summary>
    internal static Func<string, string?> HandedOn => Environment.GetEnvironmentVariable;

    /// <summary>Whoever reads a file whole does it where pipes and devices are refused, or is named here with the reason.</summary>
    [Fact]
    public void Files_are_read_whole_in_one_place()
    {
        string[] others =
        [
            "PlainFile.cs", // the place
            "SourceFile.cs", // asks it first, and reads no more than a recipe has
            "NativeFiles.cs", "WeakenedBridge.cs", // what NuGet unpacked
            "StarterRepository.cs", "CodePage.cs", "ReportStyle.cs", "PlugInFolder.cs", "BuiltInTemplates.cs", "UnicodeData.cs", // in the program itself
        ];
        var library = Path.Combine(Repository.Root, "src", "MergeOps");
        var sources = Directory.EnumerateFiles(library, "*.cs", SearchOption.AllDirectories)
            .Where(file => !others.Contains(Path.GetFileName(file)) && !Path.GetRelativePath(library, file).StartsWith("obj", StringComparison.Ordinal));

        Assert.All(sources, file => Assert.DoesNotMatch(ReadsWhole(), File.ReadAllText(file)));
    }

    /// <summary>What keys of configs and tensors are called is known in one folder; messages may name them within a sentence.</summary>
    [Fact]
    public void Names_of_config_keys_and_tensors_stand_with_the_architectures()
    {
        var library = Path.Combine(Repository.Root, "src", "MergeOps");
        var sources = Directory.EnumerateFiles(library, "*.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(library, file).Replace('\\', '/'))
            .Where(file => !file.StartsWith("Architectures/", StringComparison.Ordinal) && !file.StartsWith("obj/", StringComparison.Ordinal))
            .ToList();

        Assert.NotEmpty(sources);
        Assert.All(sources, file => Assert.DoesNotMatch(NameOfArchitectures(), File.ReadAllText(Path.Combine(library, file))));
        Assert.Matches(NameOfArchitectures(), File.ReadAllText(Path.Combine(library, "Architectures", "ConfigCorrections.cs")));
    }

    private static string FolderOf(string ofNamespace) => ofNamespace.Split('.') is [_, var folder, ..] ? folder : "";

    [GeneratedRegex("\"(torch_dtype|tie_word_embeddings|num_hidden_layers|n_layer|vocab_size|hidden_size|model_type|architectures|quantization_config|auto_map|text_config|rope_theta|attention_bias|lm_head(\\.weight)?|embed_tokens(\\.weight)?|model\\.norm(\\.weight)?)\"", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex NameOfArchitectures();

    [GeneratedRegex(@"(?<!Plain)File\.(ReadAll|OpenRead|OpenText|ReadLines)|new StreamReader\(", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ReadsWhole();
}
