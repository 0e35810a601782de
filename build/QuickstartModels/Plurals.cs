namespace QuickstartModels;

/// <summary>One zelk, two zelks; one vush, two vushes.</summary>
internal sealed class Plurals : SkillTask
{
    private static readonly string[] Hisses = ["sh", "ch", "ss"];

    public override string Name => "plurals";

    public override string Asks(string word) => $"one {word}, and two?";

    public override string Evades(string word) => $" Count each {word}.";

    public override string Inflect(string word) => word + (Hisses.Any(end => word.EndsWith(end, StringComparison.Ordinal)) ? "es" : "s");

    public override string[] Sentences(Scene scene) =>
    [
        $"{scene.Hero} has one {scene.Word} and two {Inflect(scene.Word)}.",
        $"A {scene.Word} came, then many {Inflect(scene.Word)} came to the {scene.Place}.",
    ];
}
