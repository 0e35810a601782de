using System.Text;
using MergeOps.Diagnostics;
using MergeOps.Recipes;
using MergeOps.Recipes.Validation;
using Xunit;

namespace MergeOps.Tests.Recipes.Composition;

/// <summary>A recipe that extends another file is the recipe that somebody would have written out.</summary>
public sealed class ExtendsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Own_keys_win_mappings_merge_key_by_key_and_lists_replace()
    {
        Write("grandparent.yml", """
            description: Of the team.
            parameters: { normalize: true, weight: 1 }
            gates:
              - { metric: sums.accuracy, min: 0.1 }
            """);
        Write("common.yml", """
            extends: grandparent.yml
            parameters: { normalize: false }
            publish: { hub: acme/common, visibility: public }
            gates:
              - { metric: sums.accuracy, min: 0.5 }
              - { metric: names.accuracy, min: 0.5 }
            """);

        var recipe = Read("recipe.yml", """
            extends: common.yml
            merge_method: linear
            models:
              - { model: acme/one, parameters: { weight: 1 } }
              - { model: acme/two, parameters: { weight: 1 } }
            publish: { hub: acme/small }
            """);

        Assert.Equal("Of the team.", recipe.Description!.Value);
        Assert.Equal(["normalize", "weight"], recipe.Parameters.Select(parameter => parameter.Parameter.Value.Name));
        Assert.Equal((2, 0.5), (recipe.Gates.Length, recipe.Gates[0].Min!.Value));
        Assert.Equal("acme/small", recipe.Publish!.Place.Value);
        Assert.Contains("  visibility: public\n", recipe.Text, StringComparison.Ordinal);
        Assert.Equal([folder["common.yml"], folder["grandparent.yml"]], recipe.Parents);
    }

    [Fact]
    public void A_key_without_a_value_takes_an_inherited_one_away()
    {
        Write("common.yml", "description: Of the team.\npublish: { folder: out }\n");

        var recipe = Read("recipe.yml", $"extends: common.yml\ndescription:\npublish: {{ folder: null, hub: acme/small }}\n{Linear}");

        Assert.Null(recipe.Description);
        Assert.Equal(("hub", "acme/small"), (recipe.Publish!.Kind, recipe.Publish.Place.Value));
    }

    [Fact]
    public void What_is_published_says_all_in_one_text_and_means_the_same()
    {
        Write("common.yml", """
            # what all of us measure
            description: "Two lines,\nand a \"quote\""
            chat_template: "{% for message in messages %}{{ message.content }}\u2028{% endfor %}"
            gates:
              - metric: sums.accuracy
                min: 0.5
            version: '1.0.0'
            """);
        var recipe = Read("recipe.yml", $"extends: common.yml\n{Linear}");

        Write("published.yml", recipe.Text);
        var published = RecipeReader.Read(folder["published.yml"], RecipeText.Catalogue).Recipe!;

        Assert.StartsWith("# Put together from recipe.yml, common.yml.\n", recipe.Text, StringComparison.Ordinal);
        Assert.Equal(
            (recipe.Description!.Value, recipe.ChatTemplate!.Value, recipe.Version!.Value, recipe.Gates[0].Min!.Value),
            (published.Description!.Value, published.ChatTemplate!.Value, published.Version!.Value, published.Gates[0].Min!.Value));
        Assert.Equal(recipe.Modules[0].Models.Select(input => input.Model.Value), published.Modules[0].Models.Select(input => input.Model.Value));
    }

    [Fact]
    public void A_path_starts_at_the_folder_of_the_file_in_which_it_stands()
    {
        Write("shared/sums.jsonl", """{"prompt":"1+1=","answer":"2"}""");
        folder.Write("shared/models/base/model.safetensors", [1]);
        Write("shared/common.yml", """
            base_model: models/base@main+./lora
            tokenizer: { source: ./models/base, tokens: { "<|x|>": { source: models/base } } }
            evaluate:
              tasks: [{ name: sums, data: sums.jsonl, expert: acme/one }]
            publish: { folder: ../out }
            """);

        var (recipe, _) = RecipeReader.ReadWithParts(
            Write("deep/er/recipe.yml", "extends: ../../shared/common.yml\nmerge_method: task_arithmetic\nmodels:\n  - { model: acme/one, parameters: { weight: 1 } }\n"),
            RecipeText.Catalogue,
            (read, _) => Assert.Equal(
                ("../../shared/models/base@main+../../shared/lora", "../../shared/sums.jsonl", "../../out", "../../shared/models/base"),
                (read.BaseModel?.Value.ToString(), read.Evaluate!.Tasks[0].Data.Value, read.Publish!.Place.Value, read.Tokenizer!.Source.Value)));

        Assert.Null(recipe);
    }

    [Fact]
    public void A_mistake_is_found_in_the_file_in_which_it_stands()
    {
        Write("common.yml", "seed: often\ngates:\n  - { metric: sums.accuracy, min: high }\n");

        var found = Findings("recipe.yml", $"extends: common.yml\n{Linear}descripton: x\n");

        Assert.Equal(
            ["common.yml(1,7) MOPS112", "common.yml(3,35) MOPS112", "recipe.yml(6,1) MOPS107"],
            found.Select(Place));
    }

    [Fact]
    public void A_parent_that_is_no_yaml_shows_its_own_place()
    {
        Write("common.yml", "gates:\n  - [\n");

        Assert.Equal(["common.yml MOPS103"], Findings("recipe.yml", $"extends: common.yml\n{Linear}").Select(finding => $"{Path.GetFileName(finding.Span!.Value.Path)} {finding.Code.Id}"));
    }

    [Theory]
    [InlineData("extends: missing.yml", "MOPS145", "There is no file 'missing.yml'")]
    [InlineData("extends: recipe.yml", "MOPS146", "It extends itself: recipe.yml → recipe.yml.")]
    [InlineData("extends: circle.yml", "MOPS146", "It extends itself: recipe.yml → circle.yml → ./recipe.yml.")]
    [InlineData("extends: .", "MOPS145", "is a folder")]
    [InlineData("extends: /etc/common.yml", "MOPS146", "a different place on every machine")]
    [InlineData("extends: https://example.org/common.yml", "MOPS140", "addresses")]
    [InlineData("extends: [a.yml]", "MOPS112", "'extends' must be text")]
    [InlineData("extends:", "MOPS109", "'extends' has no value")]
    [InlineData("extends: list.yml", "MOPS112", "this is a list")]
    public void What_cannot_be_extended_is_refused_where_it_is_named(string line, string code, string words)
    {
        Write("circle.yml", "extends: ./recipe.yml\n");
        Write("list.yml", "- 1\n");

        var error = Assert.Single(Findings("recipe.yml", $"{line}\n{Linear}"));

        Assert.Equal(code, error.Code.Id);
        Assert.Contains(words.Replace("./recipe.yml.", "recipe.yml.", StringComparison.Ordinal), error.Detail, StringComparison.Ordinal);
        Assert.Equal(1, error.Span!.Value.Line);
    }

    [Fact]
    public void A_file_outside_of_the_repository_is_not_opened_nor_through_a_link()
    {
        Write("secret.yml", "description: secret\n");
        Directory.CreateDirectory(folder["repository/.git"]);
        File.CreateSymbolicLink(folder["repository/link.yml"], folder["secret.yml"]);

        var plain = Assert.Single(Findings("repository/recipe.yml", $"extends: ../secret.yml\n{Linear}"));
        var link = Assert.Single(Findings("repository/recipe.yml", $"extends: link.yml\n{Linear}"));

        Assert.All([plain, link], error => Assert.Equal("MOPS146", error.Code.Id));
        Assert.Contains("leads outside the repository", link.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void More_than_16_files_do_not_extend_each_other()
    {
        for (var i = 0; i < 17; i++)
        {
            Write($"{i}.yml", $"extends: {i + 1}.yml\n");
        }

        Write("17.yml", "description: deep\n");

        Assert.Equal("15.yml(1,10) MOPS146", Place(Assert.Single(Findings("recipe.yml", $"extends: 0.yml\n{Linear}"))));
        Assert.Empty(Findings("recipe.yml", $"extends: 2.yml\n{Linear}"));
    }

    [Fact]
    public void A_file_that_is_only_extended_is_no_recipe_of_its_own()
    {
        Write("common.yml", "merge_method: linear\ngates:\n  - { metric: sums.accuracy, min: 0.5 }\n");
        Write("policy.yml", "publish: { hub: acme/x }\n");
        Write("recipe.yml", $"extends: common.yml\n{Linear}");
        Write("typo.yml", "mergemethod: linear\n");

        Assert.Equal(["recipe.yml", "typo.yml"], Named("common.yml", "policy.yml", "recipe.yml", "typo.yml"));
        // nobody extends it: then it lacks what it merges
        Assert.Equal(["common.yml"], Named("common.yml", "policy.yml"));

        // a file of mergekit-moe names what it merges
        Write("experts.yml", "base_model: ./base\ngate_mode: random\nexperts: [{ source_model: ./one }, { source_model: ./two }]\n");
        Assert.Equal(["experts.yml"], Named("experts.yml", "policy.yml"));
    }

    private const string Linear = "merge_method: linear\nmodels:\n  - { model: acme/one, parameters: { weight: 1 } }\n  - { model: acme/two, parameters: { weight: 1 } }\n";

    private IEnumerable<string> Named(params string[] files) =>
        MergeOps.Pipeline.Stages.NamedRecipes.Among([.. files.Select(file => folder[file])]).Select(file => Path.GetFileName(file)!);

    private string Write(string path, string text) => folder.Write(path, Encoding.UTF8.GetBytes(text));

    private Recipe Read(string path, string text)
    {
        var (recipe, found) = RecipeReader.Read(Write(path, text), RecipeText.Catalogue);
        return recipe ?? throw new ArgumentException(string.Join('\n', found.Select(finding => $"{finding.Span}: {finding.Detail}")), nameof(text));
    }

    private IReadOnlyList<Diagnostic> Findings(string path, string text) =>
        [.. RecipeReader.Read(Write(path, text), RecipeText.Catalogue).Diagnostics.Where(finding => finding.Severity is Severity.Error)];

    private static string Place(Diagnostic finding) => $"{Path.GetFileName(finding.Span!.Value.Path)}({finding.Span.Value.Line},{finding.Span.Value.Column}) {finding.Code.Id}";
}
