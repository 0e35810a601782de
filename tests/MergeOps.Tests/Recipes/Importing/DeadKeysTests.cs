using MergeOps.Diagnostics;
using MergeOps.Recipes.Importing;
using MergeOps.Recipes.Validation;
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

        var text = DeadKeys.Remove(Imported(published), Findings, notes);

        Assert.Equal(kept, text.Now.Text);
        Assert.Single(notes, note => note.Code == Codes.ChangedByImport);
    }

    [Fact]
    public void Several_in_one_mapping_go_together_and_each_note_names_its_place()
    {
        var notes = new DiagnosticBag();

        var text = DeadKeys.Remove(
            Imported("one: 1\nmodels:\n  - {name_of: a, model: org/one, parameters: {weight: 1, t: 2, gamma: [0, 1]}, what: 3}\ntwo: {three: 4}\nmerge_method: linear\nlast: x\n"),
            Findings,
            notes);

        Assert.Equal("models:\n  - {model: org/one, parameters: {weight: 1}}\nmerge_method: linear\n", text.Now.Text);
        Assert.Equal(
            ["1,1 'one'", "3,6 'name_of'", "3,58 't'", "3,64 'gamma'", "3,80 'what'", "4,1 'two'", "6,1 'last'"],
            notes.Select(note => $"{note.Span!.Value.Line},{note.Span!.Value.Column} {note.Detail.Split(':')[0]}"));
    }

    /// <summary>mergekit checks every value under <c>parameters</c>, whether a method reads it or not.</summary>
    [Theory]
    [InlineData("gamma: half", "text 'half'")]
    [InlineData("t: {drop_rate: 0.9}", "without 'value'")]
    [InlineData("filter: mlp", "text 'mlp'")]
    [InlineData("dtype: bfloat16", "text 'bfloat16'")]
    [InlineData("t: [{filter: mlp}]", "without 'value'")]
    [InlineData("t: [0, half]", "holds no number")]
    [InlineData("t: [{value: 1}, 2]", "several kinds")]
    [InlineData("t: ~", "nothing")]
    public void What_mergekit_refuses_is_not_dropped(string parameter, string reason)
    {
        var found = new DiagnosticBag();
        var published = Models + $"parameters:\n  {parameter}\n";

        var text = DeadKeys.Remove(Imported(published), Findings, found);

        Assert.Equal(published, text.Now.Text);
        var error = Assert.Single(found);
        Assert.Equal((Codes.RefusedByMergekit, Severity.Error, 6, 3), (error.Code, error.Severity, error.Span!.Value.Line, error.Span!.Value.Column));
        Assert.Contains(reason, error.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("t: 1e-10")]
    [InlineData("t: '0.5'")]
    [InlineData("t: yes")]
    [InlineData("t: []")]
    [InlineData("t: {value: 1}")]
    [InlineData("t: [{value: [0, 1], filter: mlp}, {value: true}]")]
    public void What_has_the_form_of_a_parameter_is_dropped(string parameter)
    {
        var found = new DiagnosticBag();

        Assert.Equal(Models + "parameters:\n", DeadKeys.Remove(Imported(Models + $"parameters:\n  {parameter}\n"), Findings, found).Now.Text);
        Assert.False(found.HasErrors);
    }

    [Fact]
    public void What_people_publish_has_no_dead_key_left()
    {
        var published = Path.Combine(Repository.Shared, "recipes", "published");
        Assert.SkipUnless(Directory.Exists(published), "the shared test data is not here");

        foreach (var file in Directory.EnumerateFiles(published, "*.yml"))
        {
            var found = new DiagnosticBag();
            var text = DeadKeys.Remove(Imported(File.ReadAllText(file)), Findings, found);

            Assert.Equal(RefusedByMergekit.Contains(Path.GetFileName(file)), found.Any(finding => finding.Code == Codes.RefusedByMergekit));
            Assert.True(
                found.HasErrors
                || !Findings(text.Now).Any(finding => finding.Code == Codes.KeyUnknown || finding.Code == Codes.ParameterWithoutEffect));
        }
    }

    /// <summary>Files of which the collection's index says that mergekit's schema refuses a parameter which our method ignores.</summary>
    private static readonly string[] RefusedByMergekit = ["009.yml", "017.yml", "027.yml", "077.yml", "092.yml"];

    private static ImportedText Imported(string text) => ImportedText.Of(new SourceText("recipe.yml", text));

    private static DiagnosticBag Findings(SourceText source) =>
        RecipeReader.Read(source, RecipeText.Catalogue, new DiagnosticBag()).Diagnostics;
}
