namespace MergeOps.Tokenizers.ChatTemplates;

/// <summary>The filters that are exact here.</summary>
internal static class FilterNames
{
    /// <summary>The name as it is.</summary>
    /// <exception cref="TemplateFault">There is no such filter here.</exception>
    public static string Require(string name, int line) => name == "safe" || FilterFunctions.Known.ContainsKey(name) || Evaluator.Filters.Contains(name, StringComparer.Ordinal)
        ? name
        : throw new TemplateFault($"The filter '{name}' has no exact implementation here", line);
}

/// <summary>The tests that are exact here.</summary>
internal static class TestNames
{
    /// <summary>The name as it is.</summary>
    /// <exception cref="TemplateFault">There is no such test here.</exception>
    public static string Require(string name, int line) =>
        TestFunctions.Known.ContainsKey(name) ? name : throw new TemplateFault($"The test '{name}' has no exact implementation here", line);
}
