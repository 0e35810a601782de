using MergeOps.Diagnostics;
using MergeOps.Methods.Contract;
using MergeOps.Recipes;
using MergeOps.Recipes.Importing;
using MergeOps.Recipes.Yaml;
using Xunit;

namespace MergeOps.Tests.Recipes.Importing;

public sealed class DeadKeysTests
{
    private const string Models = "models:\n  - model: org/one\n    parameters: {weight: 1}\nmerge_method: linear\n";

    [Theory]
    [InlineData("random_seed: 0\n" + Models, Models)]
    [InlineData(Models + "random_seed: 0   # why\n", Models)]
    [InlineData(Models + "trust_remote_code: true\ndtype: float16\n", Models + "dtype: float16\n")]
    [InlineData("models:\n  - weight: 2\n    model: org/one\n    parameters: {weight: 1}\nmerge_method: linear\n", Models)]
    [InlineData("models:\n  - model: org/one\n    parameters: {weight: 1, t: 2}\nmerge_method: linear\n", Models)]
    [InlineData("models:\n  - model: org/one\n    parameters: {t: 2, weight: 1}\nmerge_method: linear\n", Models)]
    [InlineData(Models + "parameters:\n  t:\n    - filter: mlp\n      value: 1\n    - value: 0\n", Models + "parameters:\n")]
    [InlineData(Models + "parameters: {t: [0, 1]}\n", Models + "parameters: {}\n")]
    public void What_mergekit_ignores_is_cut_and_the_rest_stays_as_it_was(string published, string kept)
    {
        var notes = new DiagnosticBag();

        var source = DeadKeys.Remove(new SourceText("recipe.yml", published), Findings, notes);

        Assert.Equal(kept, source.Text);
        Assert.Single(notes, note => note.Code == Codes.ChangedByImport);
    }

    [Fact]
    public void What_people_publish_has_no_dead_key_left()
    {
        var published = Path.Combine(Repository.Shared, "recipes", "published");
        Assert.SkipUnless(Directory.Exists(published), "the shared test data is not here");

        foreach (var file in Directory.EnumerateFiles(published, "*.yml"))
        {
            var source = DeadKeys.Remove(new SourceText("recipe.yml", File.ReadAllText(file)), Findings, []);

            Assert.DoesNotContain(Findings(source), finding => finding.Code == Codes.KeyUnknown || finding.Code == Codes.ParameterWithoutEffect);
        }
    }

    private static DiagnosticBag Findings(SourceText source) =>
        RecipeReader.Read(source, MethodCatalogue.Default, new DiagnosticBag()).Diagnostics;
}
