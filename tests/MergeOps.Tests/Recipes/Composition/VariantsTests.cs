using System.Text;
using MergeOps.Diagnostics;
using MergeOps.Pipeline.Verbs;
using MergeOps.Recipes;
using MergeOps.Recipes.Validation;
using Xunit;

namespace MergeOps.Tests.Recipes.Composition;

/// <summary>A file with variants stands for several recipes, each with its own values in their places.</summary>
public sealed class VariantsTests : IDisposable
{
    private const string Family = """
        merge_method: slerp
        base_model: acme/base-${size}
        models:
          - model: acme/base-${size}
          - model: acme/tuned-${size}
        parameters: { t: "${t}" }
        dtype: ${dtype}
        name: merged-${size}
        publish: { hub: "acme/merged-${size}" }
        variants:
          - { size: xs, t: 0.3, dtype: float32 }
          - { size: s, t: [0, 0.5, 1], dtype: bfloat16 }
        """;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Values_stand_in_names_numbers_lists_and_targets()
    {
        var file = Write(Family);

        Assert.Equal([$"{file}#xs-0.3-float32", $"{file}#s-0-0.5-1-bfloat16"], RecipeReader.AddressesOf(file, RecipeText.Catalogue));
        var (xs, s) = (Read(file, "xs-0.3-float32"), Read(file, "s-0-0.5-1-bfloat16"));
        Assert.Equal(("acme/base-xs", "float32", "merged-xs", "acme/merged-xs"), (xs.BaseModel!.Value.ToString(), xs.DType!.Value, xs.ModelName, xs.Publish!.Place.Value));
        Assert.Equal(("acme/base-s", "bfloat16", "merged-s", "acme/merged-s"), (s.BaseModel!.Value.ToString(), s.DType!.Value, s.ModelName, s.Publish!.Place.Value));
        Assert.Contains("t: [0, 0.5, 1]", s.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("variants", s.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_variant_is_called_by_its_name_else_by_its_values_and_so_is_the_model()
    {
        var file = Write(Base("""
            variants:
              - { name: small, w: 0.5 }
              - { w: acme/x y }
            """, "description: ${w}"));

        Assert.Equal([$"{file}#small", $"{file}#acme-x-y"], RecipeReader.AddressesOf(file, RecipeText.Catalogue));
        Assert.Equal("family-small", Read(file, "small").ModelName);
    }

    [Fact]
    public void Two_dollars_stand_for_one_that_begins_no_value()
    {
        var file = Write(Base("variants: [{ w: 0.5 }]", "description: \"$${w} is ${w}, and $w stays\""));

        Assert.Equal("${w} is 0.5, and $w stays", Read(file, "0.5").Description!.Value);
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("false", false)]
    public void A_value_is_read_as_it_was_written_though_its_place_is_quoted_between_brackets(string written, bool read)
    {
        var file = Write($$"""
            merge_method: linear
            models:
              - { model: acme/a, parameters: { weight: 1 } }
              - { model: acme/b, parameters: { weight: 1 } }
            parameters: { normalize: "${n}" }
            variants: [{ name: only, n: {{written}} }]
            """);

        var setting = Assert.IsType<ScalarSetting>(Assert.Single(Read(file, "only").Parameters).Setting);
        Assert.Equal(read ? 1 : 0, setting.Value.Number);
    }

    [Fact]
    public void A_recipe_without_variants_keeps_its_dollars()
    {
        var file = Write(Base("", "description: \"${w} and $${w}\""));

        Assert.Equal("${w} and $${w}", RecipeReader.Read(file, RecipeText.Catalogue).Recipe!.Description!.Value);

        var number = RecipeReader.Read(Write("merge_method: linear\nmodels: [{ model: acme/a, parameters: { weight: '${w}' } }]\n"), RecipeText.Catalogue).Diagnostics;
        Assert.Contains("found '${w}', a placeholder that no 'variants' of this recipe fill", Assert.Single(number, found => found.Code == Codes.ValueMalformed).Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("variants: [{ w: high }]", "seed: ${w}", "Error MOPS112 6,17 0")]
    [InlineData("variants: [{ w: 1 }, { w: high }]", "seed: ${w}", "Error MOPS112 6,27 1")]
    [InlineData("variants: [{ w: 1 }]", "seed: 1${w}x", "Error MOPS112 5,7 0")]
    [InlineData("variants: [{ w: 1 }]", "seed: ${v}", "Error MOPS149 5,7 0")]
    [InlineData("variants: [{ w: 1 }]", "description: ${w", "Error MOPS149 5,14 0")]
    [InlineData("variants: [{ w: 1 }]", "description: ${}", "Error MOPS149 5,14 0")]
    [InlineData("variants: [{ w: [1, 2] }]", "description: a ${w}", "Error MOPS147 5,14 0")]
    public void A_mistake_in_a_value_is_found_where_the_value_was_written_and_one_in_a_text_in_the_text(string variants, string line, string place)
    {
        var file = Write(Base(variants, line));
        var address = RecipeReader.AddressesOf(file, RecipeText.Catalogue)[place[^1] - '0'];

        Assert.Equal(place[..^2], RecipeText.Places(RecipeReader.Read(address, RecipeText.Catalogue).Diagnostics).First());
    }

    [Theory]
    [InlineData("variants: {}", "found a mapping")]
    [InlineData("variants: []", "found an empty list")]
    [InlineData("variants: [xs, s]", "found 'xs'")]
    [InlineData("variants: [{}]", "found a mapping")]
    [InlineData("variants: [{ w: 1 }, { w: 1 }]", "is called '1', too")]
    [InlineData("variants: [{ name: A, w: 1 }, { name: a, w: 2 }]", "is called 'A' and this one 'a': names become folders")]
    [InlineData("variants: [{ name: ../x, w: 1 }]", "is also a folder name")]
    [InlineData("variants: [{ w: }]", "'w' has no value")]
    [InlineData("variants: [{ w: { a: 1 } }]", "found a mapping")]
    [InlineData("variants: [{ w: [[1]] }]", "found a list")]
    [InlineData("variants: [{ 'a b': 1 }]", "cannot be written as")]
    [InlineData("variants: [{ w: 1, w: 2 }]", "two values called 'w'")]
    [InlineData("variants: [{ w: '---' }]", "do not make a short name")]
    public void A_list_that_is_no_list_of_variants_is_refused(string variants, string words)
    {
        var file = Write(Base(variants, "description: ${w}"));

        Assert.Equal([file], RecipeReader.AddressesOf(file, RecipeText.Catalogue));
        var error = RecipeReader.Read(file, RecipeText.Catalogue).Diagnostics.First();
        Assert.Equal("MOPS147", error.Code.Id);
        Assert.Contains(words, error.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_that_stands_nowhere_and_variants_that_make_one_model_are_told()
    {
        var found = ValidateRecipes.Run([Write(Base("""
            variants:
              - { name: a, seeed: 1, text: x }
              - { name: b, seeed: 2, text: y }
            """, "seed: 0\ndescription: ${text}"))]);

        Assert.Equal(
            ["Warning MOPS150 8,16", "Warning MOPS151 9,5"],
            RecipeText.Places(found.Where(finding => finding.Severity is Severity.Warning && finding.Code.Id != "MOPS119")));
        Assert.Contains("The recipe does not use ${seeed}.", found.First(finding => finding.Code == Codes.VariantValueUnused).Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("from: 0", "from: \"${v}\"")]
    [InlineData("to: 1 ", "to: \"${v}\" ")]
    [InlineData("evaluations: 3", "evaluations: ${v}")]
    [InlineData("metric: arc.acc", "metric: \"arc${v}.acc\"")]
    public void Variants_that_search_otherwise_make_models_of_their_own(string from, string to)
    {
        var found = ValidateRecipes.Run([Write("""
            merge_method: task_arithmetic
            base_model: acme/base
            models:
              - { model: acme/one, parameters: { weight: 1 } }
            search:
              searcher: grid
              parameters: [{ parameter: lambda, from: 0, to: 1 }]
              objective: { command: fake, metric: arc.acc, goal: max }
              evaluations: 3
            variants: [{ name: a, v: 4 }, { name: b, v: 5 }]

            """.Replace(from, to, StringComparison.Ordinal))]);

        Assert.DoesNotContain(found, finding => finding.Code == Codes.VariantsEqual || finding.Code == Codes.VariantValueUnused);
    }

    [Fact]
    public void Two_variants_are_not_published_to_one_place()
    {
        var found = ValidateRecipes.Run([Write(Base("variants: [{ w: 1 }, { w: 2 }]", "seed: ${w}\npublish: { hub: acme/one }"))]);

        var error = Assert.Single(found, finding => finding.Severity is Severity.Error);
        Assert.Equal(("MOPS152", 6), (error.Code.Id, error.Span!.Value.Line));
        Assert.Contains("'1' and '2' would both be published to 'acme/one'", error.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("folder: ./q-${w}", "x", "x/")]
    [InlineData("folder: ./q-${w}", "x", "x/.")]
    [InlineData("folder: ${w}", "q", "./a/../q")]
    [InlineData("hub: acme/m-${w}", "x", "X")]
    public void Two_spellings_of_one_place_are_one(string publish, string first, string second)
    {
        var found = ValidateRecipes.Run([Write(Base($"variants: [{{ name: a, w: '{first}', s: 1 }}, {{ name: b, w: '{second}', s: 2 }}]", $"seed: ${{s}}\npublish: {{ {publish.Split(':')[0]}: \"{publish.Split(": ")[1]}\" }}"))]);

        Assert.Equal("MOPS152", Assert.Single(found, finding => finding.Severity is Severity.Error).Code.Id);
    }

    [Fact]
    public void Places_that_differ_by_more_than_spelling_are_several()
    {
        var found = ValidateRecipes.Run([Write(Base("variants: [{ name: a, w: x, s: 1 }, { name: b, w: y, s: 2 }]", "seed: ${s}\npublish: { folder: \"./q/${w}\" }"))]);

        Assert.DoesNotContain(found, finding => finding.Code == Codes.VariantTargetTaken);
    }

    [Fact]
    public void What_is_wrong_with_some_variants_is_told_with_their_names_and_what_is_wrong_with_all_once()
    {
        var found = ValidateRecipes.Run([Write(Base("variants: [{ w: 1 }, { w: 2 }, { w: 3 }]", "seed: ${w}0000000000000000000\nshard_size: none\ndescription: d"))]);

        Assert.Equal(
            [
                "'seed' must be a whole number from 0 to 18446744073709551615, found '20000000000000000000'. (variant 2)",
                "'seed' must be a whole number from 0 to 18446744073709551615, found '30000000000000000000'. (variant 3)",
                "'shard_size' is a number of bytes, or text such as 5GB or 500MB (decimal), found 'none'.",
            ],
            found.Where(finding => finding.Severity is Severity.Error).Select(finding => finding.Detail));
    }

    [Theory]
    [InlineData("", "MOPS148", "has the variants 1, 2. Name one of them")]
    [InlineData("#large", "MOPS148", "There is no variant 'large'. The variants are 1, 2.")]
    public void A_variant_must_be_named_and_there(string variant, string code, string words)
    {
        var error = RecipeReader.Read(Write(Base("variants: [{ w: 1 }, { w: 2 }]", "seed: ${w}")) + variant, RecipeText.Catalogue).Diagnostics.First();

        Assert.Equal(code, error.Code.Id);
        Assert.Contains(words, error.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Variants_and_values_can_stand_in_an_extended_file_and_keep_their_places()
    {
        folder.Write("common/sizes.yml", "variants:\n  - { size: xs, seed: 1 }\n  - { size: s, seed: many }\n"u8);
        var file = Write(Base("", "extends: common/sizes.yml\nseed: ${seed}\nname: n-${size}"));

        var error = Assert.Single(ValidateRecipes.Run([file]), finding => finding.Severity is Severity.Error);

        Assert.Equal((folder["common/sizes.yml"], 3, 22), (error.Span!.Value.Path, error.Span.Value.Line, error.Span.Value.Column));
    }

    [Theory]
    [InlineData("parameters: { t: ${t} }", "1,18")]
    [InlineData("parameters: { t: [0, ${t}] }", "1,22")]
    public void A_value_between_brackets_must_be_quoted_and_the_message_says_so(string line, string place)
    {
        var error = RecipeText.Read($"{line}\nmerge_method: slerp\n").Found.First();

        Assert.Equal($"Error MOPS103 {place}", RecipeText.Places([error]).Single());
        Assert.Equal("Between brackets a value with '${' must be quoted.", error.Detail);
    }

    [Fact]
    public void Values_that_grow_beyond_a_recipe_are_refused()
    {
        var file = Write(Base($"variants: [{{ name: a, w: {new string('x', 60_000)} }}]", $"description: \"{string.Concat(Enumerable.Repeat("${w}", 10_000))}\""));

        Assert.Equal("MOPS105", RecipeReader.Read(file + "#a", RecipeText.Catalogue).Diagnostics.First(finding => finding.Severity is Severity.Error).Code.Id);
    }

    private static string Base(string variants, string line) =>
        $"merge_method: linear\nmodels:\n  - {{ model: acme/one, parameters: {{ weight: 1 }} }}\n  - {{ model: acme/two, parameters: {{ weight: 1 }} }}\n{line}\n{variants}\n";

    private string Write(string text) => folder.Write("family.yml", Encoding.UTF8.GetBytes(text));

    private static Recipe Read(string file, string variant)
    {
        var (recipe, found) = RecipeReader.Read($"{file}#{variant}", RecipeText.Catalogue);
        return recipe ?? throw new ArgumentException(string.Join('\n', found.Select(finding => $"{finding.Span}: {finding.Detail}")), nameof(variant));
    }
}
