"""What the suite shares: real registries, images to put there, faulty servers."""
