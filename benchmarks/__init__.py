"""Published runs on real data; they use nothing but the public interface of skfocal."""
