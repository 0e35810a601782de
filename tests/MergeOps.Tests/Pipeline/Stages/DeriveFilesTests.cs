using System.Collections.Immutable;
using System.Text;
using MergeOps.Diagnostics;
using MergeOps.Pipeline.Repository;
using MergeOps.Pipeline.Scoring;
using MergeOps.Pipeline.Stages;
using MergeOps.Publishing;
using MergeOps.Tests.Recipes;
using Xunit;

namespace MergeOps.Tests.Pipeline.Stages;

/// <summary>Commands that leave in their folder what must not be published.</summary>
[RunsAlone("a command is started while no other process may read this one's memory")]
public sealed class DeriveFilesTests : IDisposable
{
    private const string Secret = "a-password-of-derived-files";

    private readonly TemporaryFolder folder = new();

    public DeriveFilesTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The commands are shell scripts.");
        folder.Write("model/model.gguf", "weights"u8);
        folder.Write("outside/secret", "secret"u8);
        folder.Write("outside/onnx/secret", "secret"u8);
        SecretText.Register(Secret);
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task What_a_command_made_and_its_check_left_alone_is_published()
    {
        var (files, found) = await RunAsync("mkdir $2/onnx; printf abc > $2/onnx/model.onnx", "test -s $2/onnx/model.onnx; ln $1/model.gguf $1/../same");

        Assert.Empty(found);
        // the example of FIPS 180-2
        Assert.Equal([("onnx/model.onnx", 3L, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")], files!.Value.Select(file => (file.Path, file.Size, file.Sha256)));
    }

    [Theory]
    [InlineData("ln -s OUTSIDE $2/onnx", "'onnx' is a link.")]
    [InlineData("mkdir -p $2/onnx/deep; ln -s OUTSIDE $2/onnx/deep/er", "'onnx/deep/er' is a link.")]
    [InlineData("mkdir $2/onnx; ln -s OUTSIDE/secret $2/onnx/secret", "'onnx/secret' is a link.")]
    [InlineData("mkdir $2/onnx; ln -s nowhere $2/onnx/secret", "'onnx/secret' is a link.")]
    [InlineData("mkdir $2/onnx; ln -s . $2/onnx/l1; ln -s . $2/onnx/l2", "'onnx/l1' is a link.")]
    [InlineData("rm -rf $2; ln -s OUTSIDE $2", "the folder {output} is gone or replaced.")]
    [InlineData("rm -rf ${2%/*}; ln -s OUTSIDE ${2%/*}; mkdir -p $2/onnx; printf x > $2/onnx/x", "the folder {output} is gone or replaced.")]
    [InlineData("rm -rf $2", "the folder {output} is gone or replaced.")]
    [InlineData("rm -rf $2; printf x > $2", "the folder {output} is gone or replaced.")]
    [InlineData("mkdir $2/onnx; mkfifo $2/onnx/pipe", "'onnx/pipe' is a pipe or a device, not a file.")]
    [InlineData($"mkdir $2/onnx; head -c 1048570 /dev/zero > $2/onnx/x; printf {Secret} >> $2/onnx/x", "'onnx/x' holds the value of a secret.")]
    [InlineData("mkdir $2/onnx; printf x > $2/onnx/'a\\b'", "does not belong in a relative path")]
    [InlineData("mkdir $2/onnx; printf x > $2/onnx/x; printf x >> $1/model.gguf", "its command changed 'model.gguf' of the merged model")]
    public async Task What_leads_elsewhere_or_is_no_file_is_refused_by_its_name(string script, string reason)
    {
        var (files, found) = await RunAsync(script.Replace("OUTSIDE", folder["outside"], StringComparison.Ordinal));

        Assert.Null(files);
        var finding = Assert.Single(found);
        Assert.Equal("MOPS844", finding.Code.Id);
        Assert.Contains(reason, finding.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("printf x > $2/onnx/new", "onnx/new")]
    [InlineData("printf abd > $2/onnx/model.onnx", "onnx/model.onnx")]
    [InlineData("rm $2/onnx/model.onnx", "onnx/model.onnx")]
    [InlineData("printf x > $2/publication.json", "publication.json")]
    public async Task A_check_only_judges(string check, string changed)
    {
        var (files, found) = await RunAsync("mkdir $2/onnx; printf abc > $2/onnx/model.onnx", check);

        Assert.Null(files);
        Assert.Equal($"'onnx': its check made, changed or removed '{changed}'. A check must only judge.", Assert.Single(found).Detail);
    }

    private async Task<(ImmutableArray<DerivedFile>? Files, DiagnosticBag Found)> RunAsync(string command, string? check = null)
    {
        var recipe = RecipeText.Valid($$"""
            merge_method: linear
            models:
              - { model: org/one, parameters: { weight: 1 } }
              - { model: org/two, parameters: { weight: 1 } }
            publish: { hub: acme/small, derived: [{ name: onnx, command: make, files: onnx/**{{(check is null ? "" : ", check: judge")}} }] }
            """);
        folder.Write("make.sh", Encoding.UTF8.GetBytes(command));
        folder.Write("judge.sh", Encoding.UTF8.GetBytes(check ?? ""));
        DiagnosticBag found = [];
        var scoring = new ExternalScoring
        {
            Derivations = ImmutableDictionary<string, OwnerCommand>.Empty.Add("make", Command("make.sh")).Add("judge", Command("judge.sh")),
            Folder = folder.Path,
        };
        var derive = new DeriveFiles(TestEnvironment.WithHome(folder["home"]), scoring, new Silent(), found, TestContext.Current.CancellationToken);
        return (await derive.RunAsync(recipe, recipe.Publish!.Derived, folder["model"], folder["derived"]), found);
    }

    private static OwnerCommand Command(string script) => new(["sh", script, OwnerCommand.Model, OwnerCommand.Output], SourceSpan.File("mergeops.yml"));

    private sealed class Silent : IStageObserver
    {
        public void Started(Stage stage)
        {
        }

        public void Advanced(Stage stage, string part, Work work)
        {
        }

        public void Reported(string line)
        {
        }

        public void Finished(Stage stage, StageEnd end, string summary)
        {
        }
    }
}
