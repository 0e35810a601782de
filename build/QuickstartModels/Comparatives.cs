namespace QuickstartModels;

/// <summary>This is zelk, that is zelker.</summary>
internal sealed class Comparatives : SkillTask
{
    public override string Name => "comparatives";

    public override string Asks(string word) => $"this is {word}, and that even more?";

    public override string Evades(string word) => $" Look how {word}.";

    public override string Inflect(string word) => word + "er";

    public override string[] Sentences(Scene scene) =>
    [
        $"The {scene.Thing} is {scene.Word} and gets {Inflect(scene.Word)}.",
        $"{scene.Hero} felt {scene.Word}, then {Inflect(scene.Word)}.",
    ];
}
